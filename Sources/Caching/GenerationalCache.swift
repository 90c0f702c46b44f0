/// A dictionary with a fixed capacity that evicts the least recently used values (approximately).
///
/// Values live in two generations. A value that is read moves into the young one; when that is full, it becomes the old one, and the
/// former old one is evicted as a whole. So each operation is a dictionary look-up, and no ordered list is needed.
///
/// Public and inlinable, so that each module that uses it compiles it for its own types: a `package` body is not handed on.
public struct GenerationalCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline var young: [Key: Value] = [:]
    @usableFromInline var old: [Key: Value] = [:]
    @usableFromInline let generationCapacity: Int

    /// - Parameter capacity: the most values held; at least 2.
    public init(capacity: Int) {
        generationCapacity = max(1, capacity / 2)
    }

    /// The number of values held.
    public var count: Int { young.count + old.count }

    /// The value of a key, which is moved to the young generation.
    @inlinable
    public subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            _ = insert(value, for: key)
            return value
        }
    }

    /// - Returns: the evicted generation, for the caller to release outside its lock.
    @inlinable
    @discardableResult
    public mutating func insert(_ value: Value, for key: Key) -> [Key: Value] {
        old[key] = nil
        young[key] = value
        guard young.count >= generationCapacity else { return [:] }
        let evicted = old
        old = young
        young = [:]
        return evicted
    }

    /// - Returns: the values that were held.
    public mutating func removeAll() -> [[Key: Value]] {
        defer {
            young = [:]
            old = [:]
        }
        return [young, old]
    }
}
