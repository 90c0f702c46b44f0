import Synchronization

/// Pads every refusal to four verifications, the cost of trying the maximum number of keys (rule 14).
///
/// A delay hides the duration of a single refusal, but not the processor load of many at once, so the work itself must be equal.
/// All refusals share a rate limit on verifications after the first, so that requests for made-up clients stay cheap for the server.
/// Over that limit, a burst for made-up clients costs less than a burst for a client with several keys.
///
/// A class because all requests share it.
final class RefusalPadding: Sendable {
    /// The burst size, in verifications after the first of each refusal.
    private static let burst = 200
    /// The sustained rate, in verifications per second.
    private static let perSecond = 100

    private let beginning = ContinuousClock.now
    private let bucket = Mutex(
        TokenBucket(capacity: RefusalPadding.burst, perSecond: RefusalPadding.perSecond, at: UnixTime(seconds: 0)))

    /// Performs the missing verifications.
    ///
    /// - Parameter count: the number of signatures that this refusal has verified already.
    func pad(afterVerifying count: Int, _ jws: CompactJWS) {
        let further = take(CandidateKeys.maximumWithoutKeyID - max(count, 1))
        for _ in 0..<(further + (count == 0 ? 1 : 0)) {
            DecoyVerification.run(jws.header.algorithm, signatureLength: jws.signature.count)
        }
    }

    private func take(_ count: Int) -> Int {
        guard count > 0 else { return 0 }
        // Monotonic: a clock that jumps forward must not refill the bucket.
        let now = UnixTime(seconds: 0) + (ContinuousClock.now - beginning)
        return bucket.withLock { bucket in
            guard bucket.has(count, at: now) else { return 0 }
            bucket.take(count)
            return count
        }
    }
}
