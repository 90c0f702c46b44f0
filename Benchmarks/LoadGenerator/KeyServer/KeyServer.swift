import NIOCore

/// Serves a key set at every path, slowly if wanted, and counts.
///
/// A class, because all its connections share it; it is used on one event loop only.
final class KeyServer {
    /// How long it takes to answer.
    let delay: TimeAmount
    /// What `Cache-Control` allows, in seconds.
    let lifetime: Int
    private var keySets: ArraySlice<[UInt8]>
    private var ofPath: [String: Int] = [:]
    private var underWay = 0
    private(set) var counts = FetchCounts()

    /// - Parameter keySets: the documents in the order in which they are served; there is one at least.
    init(delay: TimeAmount, lifetime: Int, keySets: [[UInt8]]) {
        self.delay = delay
        self.lifetime = lifetime
        self.keySets = keySets[...]
    }

    /// A fetch begins.
    func begin(_ path: String) {
        let count = ofPath[path, default: 0] + 1
        ofPath[path] = count
        underWay += 1
        counts.fetches += 1
        counts.uris = ofPath.count
        counts.mostOfOne = max(counts.mostOfOne, count)
        counts.mostAtOnce = max(counts.mostAtOnce, underWay)
    }

    /// A fetch is about to be answered.
    ///
    /// - Returns: the key set in force now.
    func finish() -> [UInt8] {
        underWay -= 1
        return keySets.first ?? []
    }

    /// From now on the next key set is served.
    ///
    /// - Returns: whether there is one.
    func rotate() -> Bool {
        guard keySets.count > 1 else { return false }
        keySets.removeFirst()
        return true
    }
}
