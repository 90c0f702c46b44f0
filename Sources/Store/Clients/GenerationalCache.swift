/// A dictionary that never holds more than its capacity, and forgets what has not been asked for longest.
///
/// Values live in two generations. What is asked for moves into the young one; when that is full it becomes the old one, and
/// the former old one goes as a whole. So each step is a dictionary look-up, and nothing keeps a list in order.
package struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generationCapacity: Int

    /// - Parameter capacity: the most values held; at least 2.
    package init(capacity: Int) {
        generationCapacity = max(1, capacity / 2)
    }

    package var count: Int { young.count + old.count }

    package subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            _ = insert(value, for: key)
            return value
        }
    }

    /// - Returns: the generation that had to go, if any, for the caller to free outside its lock.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> [Key: Value] {
        old[key] = nil
        young[key] = value
        guard young.count >= generationCapacity else { return [:] }
        let gone = old
        old = young
        young = [:]
        return gone
    }

    /// - Returns: what was held.
    package mutating func removeAll() -> [[Key: Value]] {
        defer {
            young = [:]
            old = [:]
        }
        return [young, old]
    }
}
