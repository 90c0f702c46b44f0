@_exported import Server

/// The operations on the people who can sign in. A name is a user name, an e-mail address or an identifier; each operation throws
/// `PeopleFailure` for one that does not exist.
package protocol PeopleOperations: Sendable {
    /// - Parameter password: `nil` for a person without a password, who cannot sign in yet.
    func add(_ user: UserRecord, password: NewPassword?) async throws -> UserDetails

    /// Returns the people, in the order of their user names.
    ///
    /// - Parameter filter: an empty one finds all.
    func list(_ filter: UserFilter) async throws -> [UserRecord]

    func user(_ name: String) async throws -> UserRecord

    func details(of name: String) async throws -> UserDetails

    func edit(_ name: String, _ changes: UserChanges, at now: UnixTime) async throws -> UserDetails

    /// - Returns: the person's user name.
    func setEnabled(_ isEnabled: Bool, _ name: String, at now: UnixTime) async throws -> String

    /// Sets or removes a password, and ends the person's sessions and grants.
    ///
    /// - Parameter password: `nil` removes the password.
    /// - Returns: the person's user name.
    func setPassword(_ password: NewPassword?, of name: String, at now: UnixTime) async throws -> String

    func remove(_ user: UserRecord, at now: UnixTime) async throws

    /// Ends a session, and the grants that were given in it, except those with `offline_access`.
    ///
    /// - Parameter id: its `sid`.
    func endSession(_ id: String, of user: UserRecord, at now: UnixTime) async throws

    func endSessions(of user: UserRecord, at now: UnixTime) async throws

    /// Withdraws what a person has allowed a client, and revokes its grants.
    func withdrawAccess(to client: ClientID, of user: UserRecord, at now: UnixTime) async throws

    /// Withdraws what a person has allowed clients, up to a number of them that one request withdraws.
    ///
    /// - Returns: the number of clients, and whether there are more.
    func withdrawAccess(of user: UserRecord, at now: UnixTime) async throws -> (count: Int, hasMore: Bool)

    /// Returns the same operations, which also take away the last administrator; `nil` for a running server, which keeps that person.
    func includingLastAdministrator() -> (any PeopleOperations)?
}

extension PeopleOperations {
    /// Withdraws what a person has allowed clients, all of them.
    ///
    /// - Returns: their number.
    package func withdrawAllAccess(of user: UserRecord, at now: UnixTime) async throws -> Int {
        var count = 0
        while true {
            let part = try await withdrawAccess(of: user, at: now)
            count += part.count
            guard part.hasMore, part.count > 0 else { return count }
        }
    }
}

extension PeopleAdministration: PeopleOperations {}
