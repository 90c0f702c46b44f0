/// The in-memory claims of a replay log, as one set per slice.
struct ReplayIndex: Sendable {
    private var sets: [(slice: Int64, fingerprints: FingerprintSet)] = []
    private(set) var count = 0

    func contains(_ fingerprint: UInt64) -> Bool {
        // The newest slice first, because most repetitions follow immediately.
        for position in sets.indices.reversed() where sets[position].fingerprints.contains(fingerprint) { return true }
        return false
    }

    func holds(slice: Int64) -> Bool { sets.contains { $0.slice == slice } }

    /// The highest number of a slice with claims.
    var newestSlice: Int64? { sets.lazy.map(\.slice).max() }

    mutating func insert(_ fingerprint: UInt64, slice: Int64) {
        let position = sets.lastIndex { $0.slice == slice } ?? sets.endIndex
        if position == sets.endIndex { sets.append((slice, FingerprintSet())) }
        if sets[position].fingerprints.insert(fingerprint) { count += 1 }
    }

    mutating func drop(slice: Int64) {
        guard let position = sets.firstIndex(where: { $0.slice == slice }) else { return }
        count -= sets.remove(at: position).fingerprints.count
    }
}
