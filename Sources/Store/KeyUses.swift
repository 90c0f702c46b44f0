/// Successful uses of a key since the last write.
package struct KeyUse: Sendable, Equatable {
    package let client: ClientID
    /// The key's RFC 7638 thumbprint, which identifies it whatever its source.
    package let thumbprint: String
    /// The time of the first of them, whose hour they all count towards.
    package let at: UnixTime
    /// How many there were.
    package let count: Int

    package init(client: ClientID, thumbprint: String, at: UnixTime, count: Int = 1) {
        self.client = client
        self.thumbprint = thumbprint
        self.at = at
        self.count = count
    }
}

/// How often a key was used in one hour.
package struct HourlyKeyUses: Sendable, Equatable {
    /// How long they are kept.
    package static let lifetime: Duration = .seconds(8 * 86_400)

    /// The RFC 7638 thumbprint.
    package let thumbprint: String
    /// The start of the hour.
    package let hour: UnixTime
    package let count: Int

    package init(thumbprint: String, hour: UnixTime, count: Int) {
        self.thumbprint = thumbprint
        self.hour = hour
        self.count = count
    }
}

extension UnixTime {
    /// The start of the hour in UTC.
    package var startOfHour: UnixTime {
        let hour: Int64 = 3_600_000
        let remainder = milliseconds % hour
        return UnixTime(milliseconds: milliseconds - (remainder < 0 ? remainder + hour : remainder))
    }
}

/// The uses of each key, for people: no decision depends on them, and writes here do not change the client revision.
package protocol KeyUseStore: Sendable {
    /// Records uses in any order; the latest of each key counts. Uses by unregistered clients are ignored. Large batches are
    /// written in several transactions, so that other writes are not delayed.
    ///
    /// Only the latest few hundred keys per client are kept, and the latest two thousand hours of keys, so that a changing key set cannot
    /// fill the store.
    func record(_ uses: [KeyUse]) async throws(StoreError)

    /// Returns the last use of each of a client's keys by RFC 7638 thumbprint. Unused keys are missing.
    func latest(of id: ClientID) async throws(StoreError) -> [String: UnixTime]

    /// Returns how often each of a client's keys was used in each hour, the earliest hour first. Hours without uses are missing.
    ///
    /// - Parameter time: hours that began earlier are left out.
    func hourly(of id: ClientID, since time: UnixTime) async throws(StoreError) -> [HourlyKeyUses]

    /// Removes some of the hours that are older than `HourlyKeyUses.lifetime`: those of clients that are used no more.
    ///
    /// - Returns: whether there may be more of them.
    func sweepStep(at now: UnixTime) async throws(StoreError) -> Bool
}
