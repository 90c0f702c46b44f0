import Synchronization

/// Counters of the uses of a client's keys since the last write, so that a request counts its use without a lock.
///
/// A counter is one word: the tag of its key in the upper 40 bits and the count below, so that one exchange takes both and no use is counted
/// twice or lost. Zero is a counter without a key.
package struct KeyUseCounters: ~Copyable, Sendable {
    private static let countBits: UInt64 = 24
    private static let maximumCount: UInt64 = (1 << countBits) - 1

    // As many keys as a rotation has, and a few more. An array would be another allocation and another cache line.
    private let first = Atomic<UInt64>(0)
    private let second = Atomic<UInt64>(0)
    private let third = Atomic<UInt64>(0)
    private let fourth = Atomic<UInt64>(0)

    init() {}

    /// The part of a key's thumbprint that distinguishes the keys of one client.
    package struct Tag: Sendable, Equatable {
        fileprivate let bits: UInt64

        /// - Parameter thumbprint: the RFC 7638 digest of the key.
        package init(_ thumbprint: [UInt8]) {
            // Never zero, which is a counter without a key.
            bits = max(1, thumbprint.prefix(5).reduce(0) { $0 << 8 | UInt64($1) }) << countBits
        }
    }

    /// Counts a use.
    ///
    /// - Returns: whether the key has a counter.
    package func count(_ tag: Tag) -> Bool {
        Self.count(tag, first) || Self.count(tag, second) || Self.count(tag, third) || Self.count(tag, fourth)
    }

    private static func count(_ tag: Tag, _ counter: borrowing Atomic<UInt64>) -> Bool {
        var word = counter.load(ordering: .relaxed)
        while word & ~maximumCount == tag.bits {
            // Further uses of this interval are not counted.
            guard word & maximumCount < maximumCount else { return true }
            let (exchanged, found) = counter.weakCompareExchange(
                expected: word, desired: word + 1, ordering: .relaxed)
            if exchanged { return true }
            word = found
        }
        return false
    }

    /// Gives a key a counter, and counts its first use.
    ///
    /// - Returns: whether there was one left.
    package func assign(_ tag: Tag) -> Bool {
        Self.assign(tag, first) || Self.assign(tag, second) || Self.assign(tag, third) || Self.assign(tag, fourth)
    }

    private static func assign(_ tag: Tag, _ counter: borrowing Atomic<UInt64>) -> Bool {
        counter.compareExchange(expected: 0, desired: tag.bits | 1, ordering: .relaxed).exchanged
    }

    /// Takes a key's counter away.
    ///
    /// - Returns: the uses that it has counted.
    package func take(_ tag: Tag) -> Int {
        Self.take(tag, first) + Self.take(tag, second) + Self.take(tag, third) + Self.take(tag, fourth)
    }

    private static func take(_ tag: Tag, _ counter: borrowing Atomic<UInt64>) -> Int {
        guard counter.load(ordering: .relaxed) & ~maximumCount == tag.bits else { return 0 }
        return Int(counter.exchange(0, ordering: .relaxed) & maximumCount)
    }
}
