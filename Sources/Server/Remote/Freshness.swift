/// The lifetime of a copy of a remote document, and the time at which the document is read again.
struct Freshness: Sendable, Equatable {
    /// When the copy was received or last confirmed; `nil` if nothing was ever received.
    var receivedAt: UnixTime?
    /// The expiry of the copy; `nil` if nothing was ever received.
    var expiresAt: UnixTime?
    /// When the document may be read again: before the expiry after a success, after a pause following a failure.
    var nextAttemptAt: UnixTime
    /// Why the last attempt failed; `nil` if it succeeded.
    var problem: String?

    /// The lifetime if the server states none, and the bounds of a stated one.
    static let usualLifetime: Duration = .seconds(600)
    static let shortestLifetime: Duration = .seconds(60)
    static let longestLifetime: Duration = .seconds(86_400)
    /// How long an expired copy is used while its refresh is under way, so that no request waits.
    static let leeway: Duration = .seconds(60)
    /// How far another node's clock may be ahead. A copy from further in the future was recorded before the clock was set back, so its
    /// age is unknown.
    static let clockDifference: Duration = .seconds(60)

    private static let firstRetry: Duration = .seconds(30)
    static let longestRetry: Duration = .seconds(600)

    /// Returns the freshness after a success.
    ///
    /// - Parameters:
    ///   - lifetime: stated by the server.
    ///   - jitter: 0 to 1; spreads the refreshes of copies that were received together.
    static func received(at now: UnixTime, lifetime: Duration?, jitter: Double) -> Freshness {
        let lifetime = Self.lifetime(stated: lifetime)
        return Freshness(
            receivedAt: now, expiresAt: now + lifetime,
            nextAttemptAt: now + lifetime * 7 / 10 + lifetime / 10 * min(max(jitter, 0), 1))
    }

    /// Returns how long a copy is kept.
    ///
    /// - Parameter lifetime: stated by the server.
    static func lifetime(stated lifetime: Duration?) -> Duration {
        min(max(lifetime ?? usualLifetime, shortestLifetime), longestLifetime)
    }

    /// Returns the freshness after a failure. The pause before the next attempt doubles with each failure, up to `longest`.
    func failed(
        at now: UnixTime, failures: Int, _ problem: String, longest: Duration = Self.longestRetry
    ) -> Freshness {
        let doublings = min(max(failures, 1), 11) - 1
        let pause = min(Self.firstRetry * Double(1 << doublings), longest)
        return Freshness(
            receivedAt: receivedAt, expiresAt: expiresAt, nextAttemptAt: now + pause, problem: problem)
    }

    /// What a request may do with the copy.
    enum Usability: Equatable {
        case usable
        /// The document must be read first.
        case mustBeRead
        /// No copy is usable, and it is too early for another attempt.
        case unavailable(String)
    }

    func isFresh(at now: UnixTime) -> Bool {
        isWithin(.zero, at: now)
    }

    /// - Parameter grace: how long after its expiry a copy is used while the document cannot be read.
    func usability(at now: UnixTime, grace: Duration) -> Usability {
        // After the leeway a copy is used without another attempt only while the server is known to be down.
        if isWithin(problem == nil ? min(Self.leeway, grace) : grace, at: now) { return .usable }
        guard let problem, now < nextAttemptAt else { return .mustBeRead }
        return .unavailable(problem)
    }

    private func isWithin(_ extra: Duration, at now: UnixTime) -> Bool {
        guard let receivedAt, let expiresAt else { return false }
        return receivedAt <= now + Self.clockDifference && now < expiresAt + extra
    }
}
