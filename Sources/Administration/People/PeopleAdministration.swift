@_exported import Server

/// The people who can sign in.
///
/// What would take away the last administrator throws `PeopleFailure.lastAdministrator`.
package struct PeopleAdministration: Sendable {
    private let store: any Store
    private var keepsAdministrator = true

    package init(_ store: any Store) {
        self.store = store
    }

    package func includingLastAdministrator() -> (any PeopleOperations)? {
        var people = self
        people.keepsAdministrator = false
        return people
    }

    /// Whether somebody else could not administer the server without this person: for a page that says so before it is tried.
    package func isLastAdministrator(_ user: UserRecord) async throws(StoreError) -> Bool {
        guard user.canAdminister else { return false }
        return try await !store.users.hasMember(of: AdminGroup.admin.rawValue, whoCanSignInBeside: user.id)
    }

    /// Makes a change of a person, names the person if it is missing, and keeps the last administrator.
    private func changing<Value>(
        _ id: UserID, stays: @escaping @Sendable (UserRecord) -> Bool, by change: (any Store) async throws -> Value
    ) async throws -> Value {
        do {
            guard keepsAdministrator else { return try await change(store) }
            return try await LastAdministrator(id, in: store, stays: stays).keeping(change)
        } catch StoreError.notFound {
            throw PeopleFailure.noUser(id.text)
        }
    }

    /// - Parameter password: `nil` for a person without a password, who cannot sign in yet.
    package func add(_ user: UserRecord, password: NewPassword?) async throws -> UserDetails {
        var user = user
        if let password {
            user.passwordHash = try await password.hash(for: user)
            user.passwordChangedAt = user.createdAt
        }
        try await store.users.add(user)
        return UserDetails(user: user, sessions: [], accesses: [])
    }

    package func list(_ filter: UserFilter = UserFilter()) async throws(StoreError) -> [UserRecord] {
        guard filter == UserFilter() else {
            return try await FoundPage.first(.max) { position, size throws(StoreError) in
                try await store.users.search(filter, at: position, limit: size)
            } position: {
                $0.name
            }.items
        }
        var users: [UserRecord] = []
        while true {
            let page = try await store.users.page(after: users.last?.name, limit: 1000)
            users += page
            if page.count < 1000 { return users }
        }
    }

    /// Finds a person by user name, e-mail address or identifier.
    package func user(_ name: String) async throws -> UserRecord {
        if let user = try await store.users.user(named: name) { return user }
        if let user = try await store.users.user(UserID(name)) { return user }
        throw PeopleFailure.noUser(name)
    }

    /// - Parameter id: the identifier, and nothing else: another person's user name may be the same text.
    package func user(_ id: UserID) async throws -> UserRecord {
        guard let user = try await store.users.user(id) else { throw PeopleFailure.noUser(id.text) }
        return user
    }

    package func details(of name: String) async throws -> UserDetails { try await details(of: try await user(name)) }

    /// - Parameter accessLimit: the most clients with access.
    package func details(of user: UserRecord, accessLimit: Int = .max) async throws -> UserDetails {
        UserDetails(
            user: user, sessions: try await store.sessions.sessions(of: user.id),
            accesses: try await store.consents.access(of: user.id, limit: accessLimit))
    }

    package func edit(_ name: String, _ changes: UserChanges, at now: UnixTime) async throws -> UserDetails {
        try await details(of: try await edit(try await user(name).id, changes, at: now))
    }

    package func edit(_ id: UserID, _ changes: UserChanges, at now: UnixTime) async throws -> UserRecord {
        @Sendable func edited(_ user: UserRecord) throws(UserClaimFault) -> UserRecord {
            var user = user
            try changes.apply(to: &user)
            user.updatedAt = now
            return user
        }
        return try await changing(
            id, stays: { (try? edited($0))?.canAdminister ?? true }, by: { try await $0.users.change(id, edited) }
        ).get()
    }

    /// Changes a person by a document.
    ///
    /// - Throws: `InvalidDocument`, `PeopleFailure`, `StoreError`.
    package func edit(_ id: UserID, by change: DocumentChange, at now: UnixTime) async throws -> UserDetails {
        @Sendable func edited(_ user: UserRecord) throws(InvalidDocument) -> UserRecord {
            try user.changed(by: change, at: now)
        }
        let outcome = try await changing(
            id, stays: { (try? edited($0))?.canAdminister ?? true }, by: { try await $0.users.change(id, edited) })
        return try await details(of: try outcome.get())
    }

    /// Disabling a person ends their sessions and revokes what they have allowed clients.
    ///
    /// - Returns: the person's user name.
    package func setEnabled(_ isEnabled: Bool, _ name: String, at now: UnixTime) async throws -> String {
        try await setEnabled(isEnabled, try await user(name).id, at: now).name
    }

    @discardableResult
    package func setEnabled(_ isEnabled: Bool, _ id: UserID, at now: UnixTime) async throws -> UserRecord {
        @Sendable func changed(_ user: UserRecord) throws(Never) -> UserRecord? {
            guard user.isEnabled != isEnabled else { return nil }
            var user = user
            user.isEnabled = isEnabled
            user.updatedAt = now
            return user
        }
        return try await changing(
            id, stays: { _ in isEnabled }, by: { try await $0.users.change(id, changed) }
        ).get()
    }

    /// Sets or removes a password, and ends the person's sessions and grants.
    ///
    /// - Parameter password: `nil` removes the password.
    /// - Returns: the person's user name.
    package func setPassword(_ password: NewPassword?, of name: String, at now: UnixTime) async throws -> String {
        let user = try await user(name)
        try await setPassword(password, of: user, at: now)
        return user.name
    }

    package func setPassword(_ password: NewPassword?, of user: UserRecord, at now: UnixTime) async throws {
        let hash = try await password?.hash(for: user)
        try await changing(
            user.id, stays: { _ in hash != nil },
            by: { try await $0.users.setPassword(hash: hash, of: user.id, at: now) })
    }

    package func remove(_ user: UserRecord, at now: UnixTime) async throws {
        try await changing(user.id, stays: { _ in false }, by: { try await $0.users.remove(user.id, at: now) })
    }
}

extension PeopleAdministration {
    package func session(_ id: String, of user: UserRecord) async throws -> SessionRecord {
        let found = try await store.sessions.sessions(of: user.id).first { $0.id == id }
        guard let found else { throw PeopleFailure.noSession(id, of: user.id) }
        return found
    }

    /// Ends a session, and the grants that were given in it, except those with `offline_access`.
    package func endSession(_ id: String, of user: UserRecord, at now: UnixTime) async throws {
        guard try await store.sessions.remove(id, of: user.id, at: now) else {
            throw PeopleFailure.noSession(id, of: user.id)
        }
    }

    package func endSessions(of user: UserRecord, at now: UnixTime) async throws(StoreError) {
        try await store.sessions.removeAll(of: user.id, except: nil, at: now)
    }

    package func access(to client: ClientID, of user: UserRecord) async throws -> ClientAccess {
        guard let access = try await store.consents.access(of: user.id, to: client) else {
            throw PeopleFailure.noAccess(client, of: user.id)
        }
        return access
    }

    /// Withdraws what a person has allowed a client, and revokes its grants.
    package func withdrawAccess(to client: ClientID, of user: UserRecord, at now: UnixTime) async throws {
        _ = try await access(to: client, of: user)
        _ = try await store.consents.withdraw(of: user.id, from: client, at: now)
    }

    /// Withdraws what a person has allowed clients, one after the other: each is a change of its own.
    ///
    /// - Returns: the number of clients, at most `maximumWithdrawals`, and whether there are more of them.
    package func withdrawAccess(
        of user: UserRecord, at now: UnixTime
    ) async throws(StoreError) -> (count: Int, hasMore: Bool) {
        let accesses = try await store.consents.access(of: user.id, limit: Self.maximumWithdrawals + 1)
        let withdrawn = accesses.prefix(Self.maximumWithdrawals)
        for access in withdrawn { _ = try await store.consents.withdraw(of: user.id, from: access.client, at: now) }
        return (withdrawn.count, accesses.count > withdrawn.count)
    }

    /// The most clients whose access one request takes back: each is a transaction.
    package static let maximumWithdrawals = 500
}

/// A password that a person gets, with the rules for it.
package struct NewPassword: Sendable {
    /// As it was typed.
    package let text: String
    private let rules: PasswordRules
    private let hasher: PasswordHasher
    private let host: String?

    /// - Parameters:
    ///   - host: the server's host name, which must not be the password.
    ///   - hasher: of a server, whose bounds all computations share.
    package init(_ text: String, settings: SignInSettings, host: String?, hasher: PasswordHasher? = nil) {
        self.text = text
        rules = settings.passwordRules
        self.hasher = hasher ?? PasswordHasher(settings.passwordCost)
        self.host = host
    }

    fileprivate func hash(for user: UserRecord) async throws -> String {
        try rules.check(text, of: user, host: host)
        return try await hasher.hash(text)
    }
}

/// The reason why an operation on a person was refused.
package enum PeopleFailure: Error, Equatable {
    case noUser(String)
    /// The person has no session with this `sid`.
    case noSession(String, of: UserID)
    /// The client has no access to the person's account.
    case noAccess(ClientID, of: UserID)
    /// The person with this user name is the last one who can sign in and administer the server.
    case lastAdministrator(String)
}
