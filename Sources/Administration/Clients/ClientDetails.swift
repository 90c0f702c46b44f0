@_exported import Server

/// A client and everything known about its keys, whatever their source.
package struct ClientDetails: Sendable {
    package let registration: ClientRegistration
    /// The set at its `jwks_uri`; `nil` without one, or before the first attempt to read it.
    package let keySet: KeySetDetails?
    /// When each key was last used, by RFC 7638 thumbprint.
    package let uses: [String: UnixTime]
    /// Key store aliases that differ from the client ID only in case and did not come from a Java key store.
    package let caseVariants: [ExactString]

    package var client: ClientRecord { registration.client }

    package init(
        registration: ClientRegistration, keySet: KeySetDetails?, uses: [String: UnixTime], caseVariants: [ExactString]
    ) {
        self.registration = registration
        self.keySet = keySet
        self.uses = uses
        self.caseVariants = caseVariants
    }

    /// The registered key sources that have no effect, as phrases.
    package var inactiveSources: [String] {
        var phrases: [String] = []
        let source = registration.keySource
        if source == .own, let url = client.keySetURL {
            phrases.append("the key set at \(url) is not read: keys of its own take precedence until they are removed")
        }
        if registration.keyStoreEntry != nil {
            let unused = "the key store's entry is not used: the client has"
            switch source {
            case .own: phrases.append("\(unused) keys of its own, which take precedence")
            case .keySet: phrases.append("\(unused) a key set at a URL, which takes precedence")
            case .keyStore, .none: break
            }
        }
        if let ambiguity = registration.aliasAmbiguity { phrases.append(ambiguity.phrase) }
        return phrases + caseVariants.map { "the key store's entry \($0.text) differs in case and is not the client's" }
    }

    /// A key and its metadata.
    package struct Key: Sendable {
        package let jwk: JWK
        package var certificate: KeyCertificate?
        /// `nil` for keys from a key set or the key store, which have no status of their own.
        package var status: KeyAvailability?
        package var addedAt: UnixTime?
        package let lastUsedAt: UnixTime?
    }

    /// The keys of the source in force.
    package var keysInForce: [Key] {
        switch registration.keySource {
        case .own: registration.keys.map(key)
        case .keySet: (keySet?.keys ?? []).map { key($0) }
        case .keyStore: registration.keyStoreEntry.map { [key($0)] } ?? []
        case .none: []
        }
    }

    private func key(_ jwk: JWK) -> Key { Key(jwk: jwk, lastUsedAt: uses[jwk.thumbprint]) }

    private func key(_ record: KeyRecord) -> Key {
        var key = key(record.jwk)
        (key.certificate, key.status, key.addedAt) = (record.certificate, record.status, record.addedAt)
        return key
    }

    private func key(_ entry: KeyStoreEntry) -> Key {
        var key = key(entry.jwk)
        (key.certificate, key.addedAt) = (entry.certificate, entry.addedAt)
        return key
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

extension ClientRecord {
    /// - Parameter dynamic: how it registered itself; `nil` if the operator has added it.
    package func json(_ dynamic: DynamicRegistration?) -> JSONObject {
        var object = ClientMetadata(self).json
        object.set("registered_itself", .object(dynamic?.json) ?? .null)
        return object
    }
}

extension ClientDetails {
    package var json: JSONObject {
        var object = ClientMetadata(client, keys: registration.keys.map(\.jwk)).json
        object.set("registered_itself", .object(registration.dynamic?.json) ?? .null)
        for member in keysJSON.members { object.set(member.name.text, member.value) }
        return object
    }

    /// The part about the keys and where they come from.
    package var keysJSON: JSONObject {
        [
            "keys": .array(registration.keys.map { key($0).json }), "key_source": .string(registration.keySource.name),
            "key_set": .object(keySet.map(json(of:))) ?? .null,
            "keystore_entry": .object(registration.keyStoreEntry.map(json(of:))) ?? .null,
            "not_in_force": .array(inactiveSources),
            "alias_ambiguity": .object(registration.aliasAmbiguity?.json) ?? .null,
            "alias_case_variants": .array(caseVariants.map { .string($0) }),
        ]
    }

    /// One of the client's own keys, in each of its registrations.
    ///
    /// - Parameter name: its `kid` or RFC 7638 thumbprint.
    package func json(ofKeysNamed name: String) throws(ClientFailure) -> JSONObject {
        let keys = try registration.ownKeys(named: name)
        return [
            "thumbprint": .string(keys.first?.jwk.thumbprint), "keys": .array(keys.map { key($0).json }),
        ]
    }

    private func json(of entry: KeyStoreEntry) -> JSONObject {
        var object = key(entry).jwkJSON
        object.set("alias", .string(entry.alias))
        object.set("added_at", .string(entry.addedAt.text))
        object.set("certificate", .object(entry.certificate.json))
        return object
    }

    private func json(of set: KeySetDetails) -> JSONObject {
        let refused: [JSONObject] = set.refused.map { key in
            ["index": .number(key.index), "kid": .string(key.keyID) ?? .null, "reason": .string(key.reason)]
        }
        return [
            "url": .string(set.url), "fetched_at": .string(set.fetchedAt?.text) ?? .null,
            "fresh_until": .string(set.freshUntil?.text) ?? .null, "attempted_at": .string(set.attemptedAt.text),
            "failures": .number(set.failures), "problem": .string(set.problem) ?? .null,
            "keys": .array(set.keys.map { key($0).jwkJSON }), "refused": .array(refused),
        ]
    }
}

extension ClientDetails.Key {
    /// The members common to all renderings: facts of the JWK and its last use.
    fileprivate var jwkJSON: JSONObject {
        [
            "type": .string(jwk.key.type.description), "bits": .number(jwk.key.sizeInBits),
            "algorithms": jwk.algorithmNames, "kid": .string(jwk.keyID) ?? .null,
            "thumbprint": .string(jwk.thumbprint), "last_used_at": .string(lastUsedAt?.text) ?? .null,
            "jwk": .object(jwk.object),
        ]
    }

    /// The key as part of its client.
    fileprivate var json: JSONObject {
        var object = jwkJSON
        setStatus(in: &object)
        if let certificate { object.set("certificate", .object(certificate.json)) }
        return object
    }

    /// Renders the key as an element of a list of keys in force.
    package func json(at now: UnixTime) -> JSONObject {
        var object = jwkJSON
        object.set("usable", .boolean(status?.allowsUse(at: now) ?? true))
        setStatus(in: &object)
        return object
    }

    private func setStatus(in object: inout JSONObject) {
        switch status ?? .active {
        case .active: object.set("status", "active")
        case .retiring(let end):
            object.set("status", "retiring")
            object.set("retires_at", .string(end.text))
        case .revoked(let since):
            object.set("status", "revoked")
            object.set("revoked_at", .string(since.text))
        }
        object.set("added_at", .string(addedAt?.text) ?? .null)
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

extension AliasAmbiguity {
    fileprivate var json: JSONObject {
        switch self {
        case .severalClients(let alias, let clients):
            ["alias": .string(alias), "clients": .array(clients.map { .string($0.value) })]
        case .severalEntries(let aliases): ["aliases": .array(aliases.map { .string($0) })]
        }
    }
}
