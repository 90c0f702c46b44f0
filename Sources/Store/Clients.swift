/// The registration of a client without its keys (RFC 7591 §2).
package struct ClientRecord: Sendable, Equatable {
    /// The longest lifetime of an access token: a year. Keys that tokens depend on are kept for as long.
    package static let longestAccessTokenLifetime: Duration = .seconds(31_536_000)
    /// The longest lifetime of a refresh token: ten years.
    package static let longestRefreshTokenLifetime: Duration = .seconds(315_360_000)

    /// `client_id`. It never changes.
    package let id: ClientID
    /// `client_name`, for people.
    package var name: String
    /// What the client is for, for people.
    package var description: String
    /// Whether the client is enabled. A disabled client gets the same answers as an unknown one.
    package var isEnabled: Bool
    /// `grant_types`.
    package var grants: [GrantType]
    /// The distinct scope tokens it may request (RFC 6749 §3.3).
    package var scopes: [String]
    /// `token_endpoint_auth_method`.
    package var authenticationMethod: AuthenticationMethod
    /// How strictly its assertions are verified.
    package var options: ClientOptions
    /// `jwks_uri`: the source of its keys while it has none of its own.
    package var keySetURL: String?
    package var accessTokenFormat: AccessTokenFormat
    /// The lifetime of its access tokens; `nil` means the server's default.
    package var accessTokenLifetime: Duration?
    package var signIn: SignInOptions
    /// For `client_secret_basic` and `client_secret_post`.
    package var secrets: [ClientSecretRecord]
    package let createdAt: UnixTime
    package var updatedAt: UnixTime
    /// The host of the URL at which the client describes itself; `nil` for a registered client. Not stored.
    package var metadataHost: String?
    /// Known only for clients at the endpoints of the server; not part of this record's row.
    package var registrationOrigin = RegistrationOrigin.unknown

    /// Whether it registered itself without an initial access token, so what it says is unchecked.
    package var isSelfRegistered: Bool { registrationOrigin == .itself(.open) }

    /// Whether an operator has registered it: `false` as well if that is not known.
    package var isRegisteredByOperator: Bool { registrationOrigin == .operator && metadataHost == nil }

    package init(
        id: ClientID, name: String, description: String = "", isEnabled: Bool = true,
        grants: [GrantType] = [.clientCredentials], scopes: [String] = [],
        authenticationMethod: AuthenticationMethod = .privateKeyJWT, options: ClientOptions = ClientOptions(),
        keySetURL: String? = nil,
        accessTokenFormat: AccessTokenFormat = .jwt, accessTokenLifetime: Duration? = nil,
        signIn: SignInOptions = SignInOptions(), secrets: [ClientSecretRecord] = [],
        createdAt: UnixTime, updatedAt: UnixTime? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.isEnabled = isEnabled
        self.grants = grants
        self.scopes = scopes
        self.authenticationMethod = authenticationMethod
        self.options = options
        self.keySetURL = keySetURL
        self.accessTokenFormat = accessTokenFormat
        self.accessTokenLifetime = accessTokenLifetime
        self.signIn = signIn
        self.secrets = secrets
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }
}

/// Who has registered a client.
package enum RegistrationOrigin: Sendable, Equatable {
    /// The record was made without its registration, as that of a client which is part of the server.
    case unknown
    case `operator`
    /// The client, with what has let it in.
    case itself(DynamicRegistration.Origin)
    /// The client, with the document at its URL.
    case document
}

/// A value of `grant_type` (RFC 6749 §4).
package enum GrantType: String, Sendable, CaseIterable {
    /// RFC 6749 §4.1.
    case authorizationCode = "authorization_code"
    /// RFC 6749 §6.
    case refreshToken = "refresh_token"
    /// RFC 6749 §4.4.
    case clientCredentials = "client_credentials"
}

/// The format of a client's access tokens.
package enum AccessTokenFormat: String, Sendable, CaseIterable {
    /// A signed JWT (RFC 9068).
    case jwt
    /// A string that only this server can read: its contents are sealed in it and not stored.
    case opaque
}

extension ClientRecord {
    /// Checks that an engine can store the record and return it unchanged.
    ///
    /// - Throws: `invalid` for an identifier that cannot be registered, a NUL character in the name or description, a scope
    ///   token that RFC 6749 §3.3 does not allow, or a `jwks_uri` that is too long.
    package func validate() throws(StoreError) {
        guard id.isRegistrable else {
            throw .invalid("A client_id must have 1 to 255 bytes and no control characters")
        }
        guard id != .console else {
            throw .invalid("The client_id '\(id)' is that of the server's own console. Choose another one")
        }
        guard [name, description].allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .invalid("The name or the description contains a NUL character")
        }
        guard scopes.allSatisfy({ Self.isScopeToken($0[...].utf8) }) else {
            throw .invalid("A scope is empty or contains a character that RFC 6749 section 3.3 does not allow")
        }
        if let keySetURL { try RemoteKeySetRecord.validate(url: keySetURL) }
        guard secrets.count <= ClientSecretRecord.maximumCount else {
            throw .invalid("A client can have \(ClientSecretRecord.maximumCount) secrets at most. Remove one first")
        }
        try signIn.validate()
    }

    /// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ).
    package static func isScopeToken(_ bytes: Substring.UTF8View) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}

extension ClientID {
    /// The web console, a client that is part of the server and never registered.
    package static let console = ClientID("countersign-console")

    /// Whether a client can be registered under this identifier: 1 to 255 bytes of UTF-8, no control characters
    /// (which RFC 6749 appendix A.1 does not allow either). An engine answers for any other identifier without a database read.
    package var isRegistrable: Bool {
        let bytes = text.utf8
        return (1...Self.maximumLength).contains(bytes.count) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

/// The registered clients. Identifiers are compared as bytes (RFC 3986 §6.2.1).
package protocol ClientStore: Sendable {
    /// Registers clients with their own keys in one transaction.
    ///
    /// - Throws: `conflict` if an identifier is taken, `invalid` if it cannot be registered.
    func add(_ registrations: [ClientRegistration]) async throws(StoreError)

    /// Reads a client, its keys and the key store entry that serves it in one snapshot.
    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration?

    /// Returns at most 100 client identifiers that equal this one ignoring ASCII case, itself included, in byte order.
    func ids(ignoringCaseOf id: ExactString) async throws(StoreError) -> [ClientID]

    /// Returns a page of clients in byte order of their identifiers.
    ///
    /// - Parameter id: the last client of the page before; `nil` for the first page.
    func page(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord]

    /// Returns a page of the clients that match, in byte order of their identifiers. A search takes as long for a page far behind and
    /// for a rare word as for others.
    ///
    /// - Parameter position: by identifiers.
    func search(
        _ filter: ClientFilter, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<FoundClient>

    /// Returns a counter that any process increments with each change to a client, its keys or the key store.
    func revision() async throws(StoreError) -> Int64

    /// Calls `body` with the identifier of each client, in no particular order.
    ///
    /// - Returns: the revision of the snapshot that was read.
    func forEachID(_ body: @escaping @Sendable (ClientID) -> Void) async throws(StoreError) -> Int64

    /// Returns the distinct scope tokens of enabled clients, in order of registration.
    func scopes(limit: Int) async throws(StoreError) -> [String]

    /// Changes a client on the basis of what is registered, in one transaction, so that concurrent changes are not lost.
    ///
    /// - Parameter decide: returns what the client is afterwards, with all its keys; `nil`, or an error, changes nothing. The identifier
    ///   and the time of registration stay. A key with a `number` stays as it is stored, status included; a key without one is added; all
    ///   other keys are removed.
    /// - Returns: the registration afterwards, or the error of `decide`.
    /// - Throws: `notFound` if the client, or a key that should stay, is not registered; `invalid`.
    func change<Refusal: Error>(
        _ id: ClientID,
        _ decide: @escaping @Sendable (ClientRegistration) throws(Refusal) -> (client: ClientRecord, keys: [KeyRecord])?
    ) async throws(StoreError) -> Result<ClientRegistration, Refusal>

    /// Enables or disables a client.
    ///
    /// - Throws: `notFound`.
    func setEnabled(_ isEnabled: Bool, _ id: ClientID, at now: UnixTime) async throws(StoreError)

    /// Removes a client and its keys. Its used `jti`s stay used, even if the client is registered again.
    ///
    /// - Throws: `notFound`.
    func remove(_ id: ClientID) async throws(StoreError)

    /// Calls `changed` at the start, immediately after each change made through this store, and within a second after a
    /// change by another process. Changes to the key store count, too. Ends when its task is cancelled.
    ///
    /// The first call covers changes made between a caller's earlier read and the start of the watch.
    func watch(_ changed: @escaping @Sendable () -> Void) async
}

extension ClientStore {
    package func add(_ client: ClientRecord, keys: [KeyRecord]) async throws(StoreError) {
        try await add([ClientRegistration(client: client, keys: keys)])
    }

    /// Visits every client with its keys in byte order of the identifiers, keeping one page in memory.
    ///
    /// A client added or removed meanwhile may or may not be visited. Returns early, without an error, when the task is cancelled.
    package func walk(
        pageSize: Int = 200, _ visit: (ClientRegistration) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        var last: ClientID?
        while !Task.isCancelled {
            let page = try await page(after: last, limit: pageSize)
            for client in page {
                if let registration = try await registration(of: client.id) { try await visit(registration) }
            }
            guard page.count == pageSize else { return }
            last = page.last?.id
        }
    }
}
