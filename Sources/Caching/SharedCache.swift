import Synchronization

/// A bounded cache whose misses share one load: of all callers that miss the same key together, one loads the value.
///
/// A class because all requests share it. A hit takes one short lock, which a key shares with few others, and leaves neither the
/// task nor its executor. Evicted values are released outside the lock, because releasing prepared keys takes time.
///
/// Negative answers have a separate bound, or are not cached, so that made-up keys evict no value. The result of a load is not cached
/// if the cache was invalidated meanwhile, or if a newer value was inserted for its key.
public final class SharedCache<Key: Hashable & Sendable, Value: Sendable, Failure: Error>: Sendable {
    @usableFromInline
    struct State {
        @usableFromInline var values: GenerationalCache<Key, Value>
        @usableFromInline var negatives: GenerationalCache<Key, Value>
        @usableFromInline var hits: UInt64 = 0
        var misses: UInt64 = 0
        var loads: [Key: (number: UInt64, task: Task<Result<Value, Failure>, Never>)] = [:]
        var lastLoad: UInt64 = 0
        /// The last load that began before an invalidation.
        var invalidatedLoad: UInt64 = 0
    }

    /// A part of the keys under a lock of its own.
    @usableFromInline
    final class Shard: Sendable {
        @usableFromInline let state: Mutex<State>

        init(capacity: Int, negativeCapacity: Int) {
            state = Mutex(
                State(values: .init(capacity: capacity), negatives: .init(capacity: negativeCapacity)))
        }
    }

    @usableFromInline let shards: [Shard]
    private let keepsNegatives: Bool
    private let isNegative: @Sendable (Value) -> Bool

    private static var maximumShards: Int { 16 }
    /// A smaller capacity is not worth splitting.
    private static var smallestShard: Int { 64 }

    /// - Parameters:
    ///   - capacity: the most values held.
    ///   - negativeCapacity: the most negative answers held; 0 keeps none.
    ///   - isNegative: whether a value is a negative answer.
    public init(
        capacity: Int, negativeCapacity: Int = 0, isNegative: @escaping @Sendable (Value) -> Bool = { _ in false }
    ) {
        let count = max(1, min(Self.maximumShards, capacity / Self.smallestShard))
        shards = (0..<count).map { _ in Shard(capacity: capacity / count, negativeCapacity: negativeCapacity / count) }
        keepsNegatives = negativeCapacity > 0
        self.isNegative = isNegative
    }

    @inlinable
    func shard(of key: Key) -> Shard {
        shards.count == 1 ? shards[0] : shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
    }

    /// Returns the cached value of a key.
    ///
    /// - Parameter isUsable: called under the lock.
    @inlinable
    public func value(for key: Key, if isUsable: (Value) -> Bool = { _ in true }) -> Value? {
        shard(of: key).state.withLock { state in
            guard let value = state.values[key] ?? state.negatives[key], isUsable(value) else { return nil }
            state.hits &+= 1
            return value
        }
    }

    /// Loads the value of a key, or joins the load under way.
    public func load(
        _ key: Key, _ load: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let task = shard(of: key).state.withLock { state in
            state.misses &+= 1
            if let load = state.loads[key] { return load.task }
            state.lastLoad += 1
            let number = state.lastLoad
            let task = Task { () -> Result<Value, Failure> in
                let loaded: Result<Value, Failure>
                do throws(Failure) {
                    loaded = .success(try await load())
                } catch {
                    loaded = .failure(error)
                }
                return self.finish(number, key, loaded)
            }
            state.loads[key] = (number, task)
            return task
        }
        return try await task.value.get()
    }

    /// - Returns: the result for the callers of the load: a value inserted meanwhile is newer than the loaded one.
    private func finish(_ number: UInt64, _ key: Key, _ loaded: Result<Value, Failure>) -> Result<Value, Failure> {
        let (result, evicted) = shard(of: key).state.withLock { state -> (Result<Value, Failure>, [Key: Value]) in
            guard state.loads[key]?.number == number else {
                let newer = number > state.invalidatedLoad ? state.values[key] ?? state.negatives[key] : nil
                return (newer.map { .success($0) } ?? loaded, [:])
            }
            state.loads[key] = nil
            guard case .success(let value) = loaded else { return (loaded, [:]) }
            return (loaded, keep(value, for: key, &state))
        }
        _ = consume evicted
        return result
    }

    /// Inserts a value that is newer than the result of a load under way.
    public func insert(_ value: Value, for key: Key) {
        let evicted = shard(of: key).state.withLock { state in
            state.loads[key] = nil
            return keep(value, for: key, &state)
        }
        _ = consume evicted
    }

    /// - Returns: the evicted values.
    private func keep(_ value: Value, for key: Key, _ state: inout State) -> [Key: Value] {
        guard isNegative(value) else { return state.values.insert(value, for: key) }
        guard keepsNegatives else { return [:] }
        // The negative answer of a key that had a value takes that value's place.
        return state.values[key] == nil
            ? state.negatives.insert(value, for: key) : state.values.insert(value, for: key)
    }

    /// The number of values that were found, and of callers that had theirs loaded.
    public var usage: (hits: UInt64, misses: UInt64) {
        shards.reduce((0, 0)) { sum, shard in
            shard.state.withLock { (sum.0 &+ $0.hits, sum.1 &+ $0.misses) }
        }
    }

    /// Removes all values. Loads under way are no longer joined, and their results are not cached.
    public func invalidateAll() {
        for shard in shards {
            let removed = shard.state.withLock { state in
                state.invalidatedLoad = state.lastLoad
                state.loads = [:]
                return state.values.removeAll() + state.negatives.removeAll()
            }
            _ = consume removed
        }
    }
}
