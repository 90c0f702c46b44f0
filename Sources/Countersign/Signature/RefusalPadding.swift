import CountersignJOSE
import Synchronization

/// Fills what a refusal costs up to four verifications, which is what it costs where the most keys are tried (rule 14).
///
/// A wait hides how long one refusal takes, and not that many at once keep the processor busy; so the work itself has to be the same.
/// All refusals share a budget of verifications beyond the first, so that made-up clients do not become dear for the server. Beyond
/// it, a burst of them is cheaper than a burst for a client with several keys.
///
/// A class because all requests share it.
final class RefusalPadding: Sendable {
    private struct Budget {
        var left = Double(burst)
        var refilledAt = ContinuousClock.now
    }

    /// Verifications beyond the first at once.
    private static let burst = 200
    /// Those a second after that.
    private static let perSecond = 100

    private let budget = Mutex(Budget())

    /// Spends the verifications that are missing.
    ///
    /// - Parameter spent: how many signatures were verified for this refusal already.
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
