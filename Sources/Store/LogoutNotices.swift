/// A notice to a client that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5), kept until the client has confirmed it.
package struct LogoutNoticeRecord: Sendable, Equatable {
    /// The `sid` of the session that has ended.
    package let session: String
    package let client: ClientID
    package let user: UserID
    /// When the session ended.
    package let createdAt: UnixTime
    /// The number of attempts that were begun.
    package var attempts: Int
    /// When the next attempt may begin; during an attempt, the end of its lease.
    package var nextAttemptAt: UnixTime
    /// Why the last attempt failed, for people; `nil` before the first failure.
    package var problem: String?

    package init(
        session: String, client: ClientID, user: UserID, createdAt: UnixTime, attempts: Int = 0,
        nextAttemptAt: UnixTime? = nil, problem: String? = nil
    ) {
        self.session = session
        self.client = client
        self.user = user
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt ?? createdAt
        self.problem = problem
    }
}

/// The notices that wait for one client.
package struct LogoutBacklog: Sendable, Equatable {
    package let client: ClientID
    package let count: Int
    /// The oldest notice of which an attempt has failed; `nil` if none has.
    package let oldestFailed: LogoutNoticeRecord?

    package init(client: ClientID, count: Int, oldestFailed: LogoutNoticeRecord?) {
        self.client = client
        self.count = count
        self.oldestFailed = oldestFailed
    }
}

/// The logout notices of one issuer.
///
/// `SessionStore` and `UserStore` add them in the transaction that ends a session: one for each registered client that has a back-channel
/// logout URI and was allowed something in the session.
package protocol LogoutNoticeStore: Sendable {
    /// Returns the clients with notices that are due, in order.
    func dueClients(at now: UnixTime) async throws(StoreError) -> [ClientID]

    /// Claims due notices of a client for one node, the longest overdue first. If their attempts are not recorded before the lease ends,
    /// another node may claim them.
    func claim(
        of client: ClientID, limit: Int, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> [LogoutNoticeRecord]

    /// Removes a notice that needs no further attempt. Writes that arrive together share a transaction.
    func remove(_ notice: LogoutNoticeRecord) async throws(StoreError)

    /// Records a failed attempt, unless a later attempt has begun.
    func postpone(_ notice: LogoutNoticeRecord, until time: UnixTime, problem: String) async throws(StoreError)

    /// Removes the notices of a client about sessions that ended at this time or before.
    ///
    /// - Returns: how many there were.
    func removeAll(of client: ClientID, createdBy time: UnixTime) async throws(StoreError) -> Int

    /// Returns what waits for each client, in order.
    func backlogs() async throws(StoreError) -> [LogoutBacklog]
}
