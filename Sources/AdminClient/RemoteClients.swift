import Administration
import CountersignKeyFiles

/// The clients of a running server.
struct RemoteClients: ClientOperations {
    let server: RemoteServer

    /// What the server checks, too: here for errors that are worded as they are at a data directory.
    private static let rules = SignInRules(allowsHTTPOnLoopback: true)

    func register(
        _ client: ClientRecord, keys: [ImportedKey], at now: UnixTime
    ) async throws -> ClientAdministration.Change {
        try Self.rules.check(client)
        let duplicates = keys.indices.filter { index in keys[..<index].contains { $0.isSame(as: keys[index]) } }
        var body = client.writable
        body.set("client_id", .string(client.id.value))
        body.set("keys", .array(keys.indices.filter { !duplicates.contains($0) }.map { keys[$0].document }))
        _ = try await server.post(["clients"], body)
        return ClientAdministration.Change(details: try await details(of: client.id.text), duplicates: duplicates)
    }

    /// Changes the registration, then adds keys, then removes keys: three kinds of requests, in an order that never leaves the client
    /// without a key in between, because another source of keys would come into force.
    func edit(
        _ id: String, removing removedKeys: [String]?, adding keys: [ImportedKey], at now: UnixTime,
        _ change: @escaping @Sendable (inout ClientRecord) -> Void
    ) async throws -> ClientAdministration.Change {
        let before = try await details(of: id).registration
        let removals = try Self.removals(removedKeys, adding: keys, in: before)
        _ = try await server.change("PATCH", ["clients", id]) { object in
            let current = try server.decoded(object) { try ClientRecord(answer: $0) }
            var client = current
            change(&client)
            if client.signIn != current.signIn || client.grants != current.grants
                || client.authenticationMethod != current.authenticationMethod
            {
                try Self.rules.check(client)
            }
            let patch = current.writable.mergePatch(to: client.writable)
            return patch.members.isEmpty ? nil : patch
        }
        var duplicates: [Int] = []
        let kept = removedKeys == nil ? [] : before.keys.filter { !removals.covers($0) }
        for (index, key) in keys.enumerated() {
            let isKnown =
                kept.contains { $0.jwk.object == key.jwk.object && $0.certificate == key.certificate }
                || keys[..<index].contains { $0.isSame(as: key) }
            if isKnown { duplicates.append(index) }
            if !isKnown { _ = try await server.post(["clients", id, "keys"], key.document) }
        }
        for name in removals.names { try await server.delete(["clients", id, "keys", name]) }
        return ClientAdministration.Change(details: try await details(of: id), duplicates: duplicates)
    }

    /// The keys to remove, by names that mean no added key.
    private struct Removals {
        var names: [String] = []

        func covers(_ key: KeyRecord) -> Bool { names.contains { key.matches($0) } }
    }

    private static func removals(
        _ removedKeys: [String]?, adding keys: [ImportedKey], in before: ClientRegistration
    ) throws(ClientFailure) -> Removals {
        let added = keys.map(\.jwk.thumbprint)
        guard let removedKeys else {
            let all = before.keys.map(\.jwk.thumbprint).filter { !added.contains($0) }
            return Removals(names: all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        }
        var removals = Removals()
        for name in removedKeys {
            let named = before.keys.filter { $0.matches(name) && !removals.covers($0) }
            guard !named.isEmpty else { throw .noKey(name, before.client.id, .own) }
            let isPlain = Set(named.map(\.jwk.thumbprint)).count == 1 && !keys.contains { $0.jwk.isNamed(name) }
            removals.names += isPlain ? [name] : Set(named.map(\.jwk.thumbprint)).subtracting(added).sorted()
        }
        return removals
    }

    func all(_ filter: ClientFilter) async throws -> [ListedClient] {
        try await server.list(["clients"], query: filter.parameters).map { item in
            try server.decoded(item) { try ListedClient(answer: $0) }
        }
    }

    func details(of id: String) async throws -> ClientDetails {
        var object = try await server.get(["clients", id]).object
        let keys = try await server.get(["clients", id, "keys"]).object
        for member in keys.members { object.set(member.name.text, member.value) }
        return try server.decoded(object) { try ClientDetails(answer: $0) }
    }

    func keyReport(of id: String, at now: UnixTime) async throws -> ClientKeyReport {
        let details = try await details(of: id)
        let uses = try await server.get(["clients", id, "key-uses"]).object
        return ClientKeyReport(
            details: details, try server.decoded(uses) { try KeyUsesDocument(answer: $0) }, now: now)
    }

    func setEnabled(_ isEnabled: Bool, _ id: String, at now: UnixTime) async throws {
        _ = try await server.write("PATCH", ["clients", id], ["enabled": .boolean(isEnabled)])
    }

    func remove(_ id: String) async throws { try await server.delete(["clients", id]) }

    func setStatus(
        _ status: KeyAvailability, ofKey key: String, of id: String
    ) async throws -> ClientAdministration.StatusChange {
        let before = try await details(of: id).registration
        let named = try before.ownKeys(named: key)
        let changed = status.isRevoked ? named : named.filter { !$0.status.isRevoked }
        guard let jwk = named.first?.jwk, !changed.isEmpty else {
            throw ClientFailure.revokedKey(key, before.client.id)
        }
        let after = try await server.write("PATCH", ["clients", id, "keys", key], status.document).object
        let endedGrants = try server.decoded(after) { object in
            var reader = DocumentReader(object)
            let count = reader.integer("ended_grants", in: 0...Int.max, isNullable: true)
            try reader.finishIgnoringOthers()
            return count
        }
        let others = before.keys.filter { other in
            other.jwk.thumbprint == jwk.thumbprint && !other.status.isRevoked
                && !named.contains { $0.number == other.number }
        }
        return ClientAdministration.StatusChange(
            details: try await details(of: id), thumbprint: jwk.thumbprint, named: named.count,
            changed: changed.count, others: others, endedGrants: endedGrants)
    }

    /// In the order in which they were added, as the store keeps them.
    func secrets(of id: String) async throws -> [ClientSecretDetails] {
        try await server.list(["clients", id, "secrets"]).map { item in
            try server.decoded(item) { try ClientSecretDetails(answer: $0) }
        }.sorted { ($0.createdAt, $0.name) < ($1.createdAt, $1.name) }
    }

    func addSecret(
        to id: String, expiresAt: UnixTime?, at now: UnixTime
    ) async throws -> (secret: String, details: ClientSecretDetails) {
        let body: JSONObject = ["expires_at": .string(expiresAt?.text) ?? .null]
        let made = try await server.post(["clients", id, "secrets"], body).object
        return try server.decoded(made) { object in
            var reader = DocumentReader(object)
            let secret = reader.requiredText("client_secret")
            try reader.finishIgnoringOthers()
            return (secret, try ClientSecretDetails(answer: object))
        }
    }

    func removeSecret(_ name: String, of id: String, at now: UnixTime) async throws {
        try await server.delete(["clients", id, "secrets", name])
    }
}

extension ClientRecord {
    /// The members that an administrator decides.
    fileprivate var writable: JSONObject {
        var object = ClientMetadata(self).json
        for name in ["client_id", "created_at", "updated_at", "jwks"] { object.remove(name) }
        return object
    }
}

extension JSONObject {
    /// Returns the JSON merge patch (RFC 7396) that makes another object of this one. Values within members are replaced as a whole.
    fileprivate func mergePatch(to after: JSONObject) -> JSONObject {
        var patch: JSONObject = [:]
        for member in after.members where self[member.name.text] != member.value {
            patch.set(member.name.text, member.value)
        }
        for member in members where after[member.name.text] == nil { patch.set(member.name.text, .null) }
        return patch
    }
}

extension ImportedKey {
    /// Whether it is the same key with the same restrictions and certificate.
    fileprivate func isSame(as other: ImportedKey) -> Bool {
        jwk.object == other.jwk.object && certificate == other.certificate
    }

    /// The key as part of a request.
    fileprivate var document: JSONObject {
        [
            "jwk": .object(jwk.object),
            "certificate": .string(certificate.map { CertificateDetails.pem($0.der) }),
        ]
    }
}

extension [ImportedKey] {
    /// Several keys as part of a request: with certificates only if all have one.
    var document: JSONObject {
        if count == 1 { return self[0].document }
        let certificates = compactMap { key in key.certificate.map { CertificateDetails.pem($0.der) } }
        guard certificates.count < count else { return ["pem": .string(certificates.joined(separator: "\n"))] }
        return ["jwks": .object(["keys": .array(map { .object($0.jwk.object) })])]
    }
}

extension JWK {
    fileprivate func isNamed(_ name: String) -> Bool { keyID == ExactString(name) || thumbprint == name }
}

extension KeyAvailability {
    /// The status as part of a request.
    fileprivate var document: JSONObject {
        switch self {
        case .active: ["status": "active"]
        case .retiring(let end): ["status": "retiring", "retires_at": .string(end.text)]
        case .revoked: ["status": "revoked"]
        }
    }
}
