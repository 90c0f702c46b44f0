import Synchronization

/// A number of events since the process started. A class because every part that counts shares it.
///
/// Relaxed atomics: counting orders nothing else, and takes no lock.
package final class Counter: Sendable {
    private let number = Atomic<UInt64>(0)

    package init() {}

    package func increment(by count: UInt64 = 1) { number.wrappingAdd(count, ordering: .relaxed) }

    package var value: UInt64 { number.load(ordering: .relaxed) }
}

/// A number that goes up and down, such as that of requests in progress. A class because every part that changes it shares it.
package final class Gauge: Sendable {
    private let number = Atomic<Int>(0)

    package init() {}

    package func increment() { number.wrappingAdd(1, ordering: .relaxed) }
    package func decrement() { number.wrappingSubtract(1, ordering: .relaxed) }

    package var value: Int { number.load(ordering: .relaxed) }
}

/// A counter for each case of an enumeration: a closed set, so that no caller can add one.
package struct CounterTable<Key: CaseIterable & Hashable & Sendable>: Sendable {
    private let counters = Dictionary(uniqueKeysWithValues: Key.allCases.map { ($0, Counter()) })

    package init() {}

    package func increment(_ key: Key) { counters[key]?.increment() }

    package var values: [Key: UInt64] { counters.mapValues(\.value) }
}
