import NIOCore

/// A server of a key set at every path, with an optional delay, that counts fetches.
///
/// A class because all its connections share it; it is used on one event loop only.
final class KeyServer {
    /// The delay of each answer.
    let delay: TimeAmount
    /// The `max-age` in `Cache-Control`, in seconds.
    let lifetime: Int
    private var keySets: ArraySlice<[UInt8]>
    private var ofPath: [String: Int] = [:]
    private var underWay = 0
    private(set) var counts = FetchCounts()

    /// - Parameter keySets: the documents in the order in which they are served; at least one.
    init(delay: TimeAmount, lifetime: Int, keySets: [[UInt8]]) {
        self.delay = delay
        self.lifetime = lifetime
        self.keySets = keySets[...]
    }

    /// Called when a fetch begins.
    func begin(_ path: String) {
        let count = ofPath[path, default: 0] + 1
        ofPath[path] = count
        underWay += 1
        counts.fetches += 1
        counts.uris = ofPath.count
        counts.mostOfOne = max(counts.mostOfOne, count)
        counts.mostAtOnce = max(counts.mostAtOnce, underWay)
    }

    /// Called when a fetch is about to be answered.
    ///
    /// - Returns: the current key set.
    func finish() -> [UInt8] {
        underWay -= 1
        return keySets.first ?? []
    }

    /// Switches to the next key set.
    ///
    /// - Returns: whether there is one.
    func rotate() -> Bool {
        guard keySets.count > 1 else { return false }
        keySets.removeFirst()
        return true
    }
}
