@_exported import Server

/// A client and everything known about its keys, whatever their source.
package struct ClientDetails: Sendable {
    package let registration: ClientRegistration
    /// The set at its `jwks_uri`; `nil` without one, or before the first attempt to read it.
    package let keySet: RemoteKeySetRecord?
    /// When each key was last used, by RFC 7638 thumbprint.
    package let uses: [String: UnixTime]
    /// Key store aliases that differ from the client ID only in case and did not come from a Java key store.
    package let lookalikes: [ExactString]

    package init(
        registration: ClientRegistration, keySet: RemoteKeySetRecord?, uses: [String: UnixTime],
        lookalikes: [ExactString]
    ) {
        self.registration = registration
        self.keySet = keySet
        self.uses = uses
        self.lookalikes = lookalikes
    }

    package var client: ClientRecord { registration.client }

    /// The parsed set at its `jwks_uri`: its usable and its refused keys.
    package var readKeySet: JWKSet? { keySet.flatMap { try? JWKSet(parsingPublished: $0.body) } }

    /// The registered key sources that have no effect, as phrases.
    package var overridden: [String] {
        var phrases: [String] = []
        let source = registration.keySource
        if source == .own, let url = client.keySetURL {
            phrases.append("the key set at \(url) is not read: keys of its own go first, until they are removed")
        }
        if registration.keyStoreEntry != nil {
            switch source {
            case .own:
                phrases.append("the key store's entry is not used: the client has keys of its own, which go first")
            case .keySet:
                phrases.append("the key store's entry is not used: the client has a key set at a URL, which goes first")
            case .keyStore, .none: break
            }
        }
        if let ambiguity = registration.aliasAmbiguity { phrases.append(ambiguity.phrase) }
        return phrases + lookalikes.map { "the key store's entry \($0.text) differs in case and is not the client's" }
    }

    /// A key and its metadata.
    package struct Key: Sendable {
        package let jwk: JWK
        package var certificate: CertificateFacts?
        /// `nil` for keys from a key set or the key store, which have no status of their own.
        package var status: KeyAvailability?
        package var addedAt: UnixTime?
        package let lastUsedAt: UnixTime?
    }

    /// The keys of the source in force.
    package var keysInForce: [Key] {
        switch registration.keySource {
        case .own: registration.keys.map(key)
        case .keySet: (readKeySet?.keys ?? []).map { key($0) }
        case .keyStore: registration.keyStoreEntry.map { [key($0)] } ?? []
        case .none: []
        }
    }

    private func key(_ jwk: JWK) -> Key { Key(jwk: jwk, lastUsedAt: uses[jwk.thumbprint]) }

    private func key(_ record: KeyRecord) -> Key {
        Key(
            jwk: record.jwk, certificate: record.certificate?.facts, status: record.status, addedAt: record.addedAt,
            lastUsedAt: uses[record.jwk.thumbprint])
    }

    private func key(_ entry: KeyStoreEntry) -> Key {
        Key(
            jwk: entry.jwk, certificate: entry.certificate.facts, addedAt: entry.addedAt,
            lastUsedAt: uses[entry.jwk.thumbprint])
    }
}

extension ClientRegistration {
    /// Finds the client's own keys by `kid` or RFC 7638 thumbprint; several if one key is registered more than once.
    ///
    /// - Returns: at least one key; all have the same thumbprint.
    package func ownKeys(named name: String) throws(ClientFailure) -> [KeyRecord] {
        // A thumbprint takes precedence over a kid, which can be any text.
        let sameKeys = keys.filter { $0.jwk.thumbprint == name }
        let named = sameKeys.isEmpty ? keys.filter { $0.matches(name) } : sameKeys
        guard !named.isEmpty else { throw .noKey(name, client.id, keySource) }
        let thumbprints = Set(named.map(\.jwk.thumbprint))
        guard thumbprints.count == 1 else { throw .ambiguousKey(name, thumbprints: thumbprints.sorted()) }
        return named
    }
}

extension KeyRecord {
    /// Returns whether the name is the key's `kid` or RFC 7638 thumbprint.
    package func matches(_ name: String) -> Bool {
        jwk.keyID == ExactString(name) || jwk.thumbprint == name
    }
}

extension ClientDetails {
    package var json: JSONObject {
        var object = ClientMetadata(client, keys: registration.keys.map(\.jwk)).json
        object.set("keys", .array(registration.keys.map { .object(key($0).json) }))
        object.set("key_source", .string(ExactString(registration.keySource.name)))
        object.set("key_set", keySet.map { .object(json(of: $0)) } ?? .null)
        object.set("keystore_entry", registration.keyStoreEntry.map { .object(json(of: $0)) } ?? .null)
        object.set("not_in_force", .array(overridden.map { .string(ExactString($0)) }))
        return object
    }

    private func json(of entry: KeyStoreEntry) -> JSONObject {
        var object = key(entry).jwkJSON
        object.set("alias", .string(entry.alias))
        object.set("added_at", .string(ExactString(entry.addedAt.text)))
        object.set("certificate", .object(entry.certificate.facts.json))
        return object
    }

    private func json(of record: RemoteKeySetRecord) -> JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string(ExactString($0)) } ?? .null }
        let refused = (readKeySet?.refused ?? []).map { key in
            JSONObject([
                ("index", .number(key.index)), ("kid", key.keyID.map { .string($0) } ?? .null),
                ("reason", text(key.reason.phrase)),
            ])
        }
        return JSONObject([
            ("url", text(record.url)), ("fetched_at", text(record.fetchedAt?.text)),
            ("fresh_until", text(record.expiresAt?.text)), ("attempted_at", text(record.attemptedAt.text)),
            ("failures", .number(record.failures)), ("problem", text(record.problem)),
            ("keys", .array((readKeySet?.keys ?? []).map { .object(key($0).jwkJSON) })),
            ("refused", .array(refused.map { .object($0) })),
        ])
    }
}

extension ClientDetails.Key {
    /// The members common to all renderings: facts of the JWK and its last use.
    fileprivate var jwkJSON: JSONObject {
        JSONObject([
            ("type", .string(ExactString(jwk.key.type.description))),
            ("bits", .number(jwk.key.sizeInBits)), ("algorithms", jwk.algorithmNames),
            ("kid", jwk.keyID.map { .string($0) } ?? .null), ("thumbprint", .string(ExactString(jwk.thumbprint))),
            ("last_used_at", lastUsedAt.map { .string(ExactString($0.text)) } ?? .null),
        ])
    }

    /// The key as part of its client.
    fileprivate var json: JSONObject {
        var object = jwkJSON
        object.setStatus(status ?? .active)
        object.set("added_at", addedAt.map { .string(ExactString($0.text)) } ?? .null)
        if let certificate { object.set("certificate", .object(certificate.json)) }
        return object
    }

    /// Renders the key as an element of a list of keys in force.
    package func json(at now: UnixTime) -> JSONObject {
        var object = jwkJSON
        object.set("usable", .boolean(status?.allowsUse(at: now) ?? true))
        object.setStatus(status ?? .active)
        object.set("added_at", addedAt.map { .string(ExactString($0.text)) } ?? .null)
        return object
    }
}

extension JSONObject {
    fileprivate mutating func setStatus(_ status: KeyAvailability) {
        switch status {
        case .active: set("status", "active")
        case .retiring(let end):
            set("status", "retiring")
            set("retires_at", .string(ExactString(end.text)))
        case .revoked(let since):
            set("status", "revoked")
            set("revoked_at", .string(ExactString(since.text)))
        }
    }
}

extension KeySource {
    fileprivate var name: String {
        switch self {
        case .own: "own"
        case .keySet: "jwks_uri"
        case .keyStore: "keystore"
        case .none: "none"
        }
    }
}
