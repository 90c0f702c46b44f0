import CountersignJOSE
import Synchronization

/// How many failed assertions without `kid` a client's further keys are tried for.
///
/// Rule 14 lets such an assertion be tried with four keys, so that a caller without any key could make the server verify four signatures for
/// each request. Beyond an allowance for each client only one key is tried: the one that last verified, so that the client itself,
/// which goes on using it, is not locked out by others.
///
/// A class because all requests share it. It keeps a bounded number of clients, and none that does not exist.
final class FurtherKeyAllowance: Sendable {
    private struct Entry {
        var left: Double
        var refilledAt: UnixTime
        /// The thumbprint of the key that last verified.
        var lastVerified: [UInt8]?
    }

    /// Failed assertions at once.
    static let burst = 20
    /// Failed assertions a second after that.
    static let perSecond = 10
    private static let capacity = 1024

    private let entries = Mutex<[ClientID: Entry]>([:])

    /// The keys to be tried, in this order.
    func keys(_ candidates: [ClientKey], of id: ClientID, at now: UnixTime) -> [ClientKey] {
        guard candidates.count > 1 else { return candidates }
        let (hasAllowance, lastVerified) = entries.withLock { entries in
            guard var entry = entries[id] else { return (true, [UInt8]?.none) }
            // A clock that was set back gives nothing, and is followed.
            let elapsed = max(0, Double(now.milliseconds - entry.refilledAt.milliseconds)) / 1000
            entry.left = min(Double(Self.burst), entry.left + elapsed * Double(Self.perSecond))
            entry.refilledAt = now
            entries[id] = entry
            return (entry.left >= 1, entry.lastVerified)
        }
        var ordered = candidates
        if let lastVerified, let index = ordered.firstIndex(where: { $0.thumbprintDigest == lastVerified }) {
            ordered.swapAt(0, index)
        }
        return hasAllowance ? ordered : Array(ordered.prefix(1))
    }

    /// Notes what became of an assertion that several keys were candidates for.
    ///
    /// - Parameter key: the one that verified; `nil` where none did.
    func note(_ key: ClientKey?, of id: ClientID, at now: UnixTime) {
        entries.withLock { entries in
            if entries.count >= Self.capacity, entries[id] == nil { entries.removeAll() }
            var entry = entries[id] ?? Entry(left: Double(Self.burst), refilledAt: now)
            if let key { entry.lastVerified = key.thumbprintDigest } else { entry.left = max(0, entry.left - 1) }
            entries[id] = entry
        }
    }
}
