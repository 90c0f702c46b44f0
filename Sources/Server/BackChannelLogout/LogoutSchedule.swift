/// The choice of the clients that logout notices are sent to at one time.
///
/// Each client has its own sequence of attempts, so a slow one delays only its own notices. Clients whose last attempt failed get a part of
/// the places, so that several that are down do not delay the others.
struct LogoutSchedule {
    static let maximumClients = 32
    static let maximumFailing = 16
    /// The longest pause of a client after a failed attempt, whatever else waits for it.
    static let maximumPause: Duration = .seconds(60)

    private var served: Set<ClientID> = []
    /// The clients whose last attempt failed, and the ends of their pauses.
    private var pauses: [ClientID: UnixTime] = [:]

    /// The effect of a finished sequence of attempts.
    enum Change: Sendable {
        case none
        case nowFailing
        case workingAgain
    }

    /// Takes clients to be served now.
    ///
    /// - Parameter due: the clients with notices that are due.
    mutating func take(from due: [ClientID], at now: UnixTime) -> [ClientID] {
        // Older notices are abandoned, so there is nothing left to send to these.
        pauses = pauses.filter { now < $0.value + LogoutRetries.maximumAge }
        var failing = served.count { pauses[$0] != nil }
        var taken: [ClientID] = []
        // In random order, so that none is always the last.
        for client in due.shuffled() where !served.contains(client) && !isPaused(client, at: now) {
            guard served.count < Self.maximumClients else { break }
            if pauses[client] != nil {
                guard failing < Self.maximumFailing else { continue }
                failing += 1
            }
            served.insert(client)
            taken.append(client)
        }
        return taken
    }

    /// A pause that ends later than the maximum comes from a clock that has been corrected since.
    private func isPaused(_ client: ClientID, at now: UnixTime) -> Bool {
        pauses[client].map { now < $0 && $0 <= now + Self.maximumPause } ?? false
    }

    /// Records the end of a client's sequence of attempts.
    ///
    /// - Parameters:
    ///   - next: when the notice that failed is sent again; `nil` if none failed.
    ///   - hasDelivered: whether the client accepted a notice.
    mutating func finish(
        _ client: ClientID, nextAttemptAt next: UnixTime?, hasDelivered: Bool, at now: UnixTime
    ) -> Change {
        served.remove(client)
        guard let next else {
            guard hasDelivered, pauses.removeValue(forKey: client) != nil else { return .none }
            return .workingAgain
        }
        let before = pauses.updateValue(min(next, now + Self.maximumPause), forKey: client)
        return before == nil ? .nowFailing : .none
    }
}

/// The times at which a logout notice is sent again, and the end of the attempts.
enum LogoutRetries {
    /// The delays after the first failed attempts; the last one also follows all later ones.
    private static let delays: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(3600), .seconds(3 * 3600),
        .seconds(6 * 3600),
    ]
    /// The time after the end of a session within which the last attempt may begin.
    static let maximumAge: Duration = .seconds(86_400)

    /// Returns the time of the next attempt, or `nil` if it would come too late.
    ///
    /// - Parameter now: when the last attempt failed.
    static func next(after notice: LogoutNoticeRecord, at now: UnixTime) -> UnixTime? {
        let time = now + delays[min(max(notice.attempts, 1), delays.count) - 1]
        return time <= notice.createdAt + maximumAge ? time : nil
    }
}
