@_exported import Server

/// The initial access tokens with which clients register themselves (RFC 7591 §3).
package struct RegistrationTokenAdministration: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// What the clients of a token may have, and how long it works.
    package struct Terms: Sendable {
        package var note = ""
        /// `nil` means those of the server's settings.
        package var scopes: [String]?
        /// `nil` means those with which people sign in.
        package var grants: [GrantType]?
        package var allowsReuse = false
        package var maximumUses = 1
        package var lifetime: Duration = .seconds(7 * 86_400)

        package init() {}
    }

    /// Makes a token.
    ///
    /// - Returns: its record, and the token, which is not stored and cannot be shown again.
    package func add(
        _ terms: Terms, at now: UnixTime
    ) async throws(StoreError) -> (record: InitialAccessToken, token: String) {
        try await add(terms, id: Self.id(of: RandomBytes.make(4)), at: now)
    }

    /// Makes a token with a given identifier, see `id(of:)`.
    ///
    /// - Throws: `conflict` if the identifier is taken.
    package func add(
        _ terms: Terms, id: String, at now: UnixTime
    ) async throws(StoreError) -> (record: InitialAccessToken, token: String) {
        let secret = IssuedSecret.generate(.initialAccessToken)
        let record = InitialAccessToken(
            id: id, digest: secret.digest, note: terms.note, scopes: terms.scopes, grants: terms.grants,
            allowsReuse: terms.allowsReuse, maximumUses: terms.maximumUses, createdAt: now,
            expiresAt: now + terms.lifetime)
        try await store.initialAccessTokens.add(record)
        return (record, secret.text)
    }

    package func list(
        in state: InitialAccessToken.State?, at now: UnixTime
    ) async throws(StoreError) -> [InitialAccessToken] {
        try await store.initialAccessTokens.all().filter { state == nil || $0.state(at: now) == state }
    }

    /// Returns a page of tokens, and one more if there are further ones.
    ///
    /// - Parameters:
    ///   - state: `nil` for any.
    ///   - position: of the token before the page; `nil` for the first page.
    package func page(
        in state: InitialAccessToken.State?, after position: InitialAccessTokenPosition?, newestFirst: Bool, limit: Int,
        at now: UnixTime
    ) async throws(StoreError) -> [InitialAccessToken] {
        try await store.initialAccessTokens.page(
            in: state, after: position, newestFirst: newestFirst, limit: limit + 1, at: now)
    }

    package func token(_ id: String) async throws -> InitialAccessToken {
        guard let found = try await store.initialAccessTokens.token(named: id) else {
            throw RegistrationTokenFailure.noToken(id)
        }
        return found
    }

    package func revoke(_ id: String) async throws {
        // For its message, which says what to do.
        try await store.initialAccessTokens.remove(try await token(id).id)
    }

    /// Returns the identifier that the first four of some bytes give.
    package static func id(of bytes: [UInt8]) -> String { Hexadecimal.encode(Array(bytes.prefix(4))) }
}

/// The reason why an operation on an initial access token was refused.
package enum RegistrationTokenFailure: Error, Equatable {
    case noToken(String)
}

extension InitialAccessToken {
    /// - Parameter token: the token itself, which is known only when it is made.
    package func json(at now: UnixTime, token: String? = nil) -> JSONObject {
        [
            "id": .string(id), "token": .string(token), "note": .string(note),
            "scopes": scopes.map { .array($0) } ?? .null,
            "grant_types": grants.map { .array($0.map(\.rawValue)) } ?? .null,
            "allow_reuse": .boolean(allowsReuse), "uses": .number(uses), "maximum_uses": .number(maximumUses),
            "created_at": .string(createdAt.text), "expires_at": .string(expiresAt.text),
            "usable": .boolean(isUsable(at: now)),
        ]
    }
}

extension DynamicRegistration {
    package var json: JSONObject {
        [
            "by": .string(origin.rawValue), "registration_token": .string(initialAccessToken) ?? .null,
            "registered_at": .string(registeredAt.text), "last_used_at": .string(usedAt?.text) ?? .null,
            "expires_at": .string(expiresAt.text),
        ]
    }
}

extension RegistrationTokenAdministration.Terms {
    /// Reads the terms of a new token.
    ///
    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject) throws(InvalidDocument) {
        self.init()
        var reader = DocumentReader(document)
        note = reader.text("note") ?? note
        reader.check(
            note.utf8.count <= 1024 && !note.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "note",
            "It must have at most 1024 bytes and no control characters.")
        scopes = reader.scopes("scopes", isNullable: true)
        grants = reader.choices("grant_types", of: GrantType.self, isNullable: true).map { chosen in
            GrantType.allCases.filter(chosen.contains)
        }
        allowsReuse = reader.boolean("allow_reuse") ?? allowsReuse
        maximumUses = reader.integer("maximum_uses", in: 1...InitialAccessToken.mostUses) ?? maximumUses
        let longest = Int(InitialAccessToken.longestLifetime.components.seconds)
        lifetime = reader.seconds("expires_in", in: 1...longest) ?? lifetime
        try reader.finish()
    }
}
