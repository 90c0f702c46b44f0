/// When a logout notice is sent again, and when the attempts end.
enum LogoutRetries {
    /// The delays after the first failed attempts; the last one also follows all later ones.
    private static let delays: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(3600), .seconds(3 * 3600),
        .seconds(6 * 3600),
    ]
    /// How long after the end of the session the last attempt may begin.
    static let maximumAge: Duration = .seconds(86_400)

    /// Returns the time of the next attempt, or `nil` if it would come too late.
    ///
    /// - Parameter now: when the last attempt failed.
    static func next(after notice: LogoutNoticeRecord, at now: UnixTime) -> UnixTime? {
        let time = now + delays[min(max(notice.attempts, 1), delays.count) - 1]
        return time <= notice.createdAt + maximumAge ? time : nil
    }
}
