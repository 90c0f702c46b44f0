import Countersign

/// How long a copy of a remote document is used, and when it is read again.
struct Freshness: Sendable, Equatable {
    /// When the copy was received or last confirmed; `nil` where nothing ever was.
    var receivedAt: UnixTime?
    /// Until when the copy is fresh; `nil` where nothing was ever received.
    var expiresAt: UnixTime?
    /// When the document may be read again: before it runs out while all is well, a while later after a failure.
    var nextAttemptAt: UnixTime
    /// Why the last attempt failed; `nil` where it did not.
    var problem: String?

    /// Where a server says nothing, and within which bounds it is believed.
    static let usualLifetime: Duration = .seconds(600)
    static let shortestLifetime: Duration = .seconds(60)
    static let longestLifetime: Duration = .seconds(86_400)
    /// How long a copy that has run out is used while its refresh is on the way, so that no request waits.
    static let leeway: Duration = .seconds(60)
    /// How far the clock of another node may be ahead. A copy from a later time than that was noted by a clock that has been set
    /// back since: nobody knows how old it is.
    static let clockDifference: Duration = .seconds(60)

    private static let firstRetry: Duration = .seconds(30)
    static let longestRetry: Duration = .seconds(600)

    /// After a success.
    ///
    /// - Parameters:
    ///   - lifetime: as the server told it.
    ///   - jitter: 0 to 1; spreads the refreshes of copies that were made together.
    static func received(at now: UnixTime, lifetime: Duration?, jitter: Double) -> Freshness {
        let lifetime = min(max(lifetime ?? usualLifetime, shortestLifetime), longestLifetime)
        return Freshness(
            receivedAt: now, expiresAt: now + lifetime,
            nextAttemptAt: now + lifetime * 7 / 10 + lifetime / 10 * min(max(jitter, 0), 1))
    }

    /// After a failure: soon once more, then twice as long each time.
    ///
    /// - Parameter longest: the longest pause.
    func failed(
        at now: UnixTime, failures: Int, _ problem: String, longest: Duration = Self.longestRetry
    ) -> Freshness {
        let doublings = min(max(failures, 1), 11) - 1
        let pause = min(Self.firstRetry * Double(1 << doublings), longest)
        return Freshness(
            receivedAt: receivedAt, expiresAt: expiresAt, nextAttemptAt: now + pause, problem: problem)
    }

    /// What a request may do with the copy.
    enum Standing: Equatable {
        /// Use it.
        case usable
        /// Read the document first.
        case mustBeRead
        /// There is nothing to be used, and it is too soon for another attempt.
        case unavailable(String)
    }

    /// Whether the copy has not run out.
    func isFresh(at now: UnixTime) -> Bool {
        isWithin(.zero, at: now)
    }

    /// - Parameter grace: how long after its end a copy is used while the document cannot be read.
    func standing(at now: UnixTime, grace: Duration) -> Standing {
        // Past the leeway, only while the server is known to be down is the copy used without waiting for an attempt.
        if isWithin(problem == nil ? min(Self.leeway, grace) : grace, at: now) { return .usable }
        guard let problem, now < nextAttemptAt else { return .mustBeRead }
        return .unavailable(problem)
    }

    private func isWithin(_ extra: Duration, at now: UnixTime) -> Bool {
        guard let receivedAt, let expiresAt else { return false }
        return receivedAt <= now + Self.clockDifference && now < expiresAt + extra
    }
}
