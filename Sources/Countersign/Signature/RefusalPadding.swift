import Synchronization

/// Pads every refusal to four verifications, the cost of trying the maximum number of keys (rule 14).
///
/// A delay hides the duration of a single refusal, but not the processor load of many at once, so the work itself must be equal.
/// All refusals share a rate limit on verifications after the first, so that requests for made-up clients stay cheap for the server.
/// Over that limit, a burst for made-up clients costs less than a burst for a client with several keys.
///
/// A class because all requests share it.
final class RefusalPadding: Sendable {
    private struct Budget {
        var left = Double(burst)
        var refilledAt = ContinuousClock.now
    }

    /// The burst size, in verifications after the first of each refusal.
    private static let burst = 200
    /// The sustained rate, in verifications per second.
    private static let perSecond = 100

    private let budget = Mutex(Budget())

    /// Spends the missing verifications.
    ///
    /// - Parameter spent: the number of signatures that this refusal has verified already.
    func fill(after spent: Int, _ jws: CompactJWS) {
        let further = take(CandidateKeys.maximumWithoutKeyID - max(spent, 1))
        for _ in 0..<(further + (spent == 0 ? 1 : 0)) {
            DecoyVerification.spend(jws.header.algorithm, signatureLength: jws.signature.count)
        }
    }

    private func take(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        return budget.withLock { budget in
            let now = ContinuousClock.now
            let refill = (now - budget.refilledAt) / .seconds(1) * Double(Self.perSecond)
            budget.left = min(Double(Self.burst), budget.left + refill)
            budget.refilledAt = now
            guard budget.left >= Double(count) else { return 0 }
            budget.left -= Double(count)
            return count
        }
    }
}
