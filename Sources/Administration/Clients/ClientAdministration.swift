import CountersignKeyFiles
import Synchronization

package struct ClientAdministration: Sendable {
    let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// The server's own policy decides later whether URLs on this machine are called.
    private static let rules = SignInRules(allowsHTTPOnLoopback: true)

    /// A client after a change.
    package struct Change: Sendable {
        package let details: ClientDetails
        /// Indices of the given keys that were already registered or given twice.
        package let duplicates: [Int]

        package init(details: ClientDetails, duplicates: [Int]) {
            self.details = details
            self.duplicates = duplicates
        }
    }

    package func register(_ client: ClientRecord, keys: [ImportedKey], at now: UnixTime) async throws -> Change {
        try Self.checkRules(client, before: nil, try await store.signingKeys.all().algorithms(at: now))
        let (records, duplicates) = Self.records(of: keys, beside: [], at: now)
        try await store.clients.add(client, keys: records)
        // A new client has no key uses to read.
        let registration = try await registration(of: client.id.text)
        return Change(details: try await details(registration, uses: [:]), duplicates: duplicates)
    }

    /// - Parameters:
    ///   - removedKeys: by `kid` or RFC 7638 thumbprint; `nil` removes all keys.
    ///   - change: changes the registration.
    package func edit(
        _ id: String, removing removedKeys: [String]?, adding keys: [ImportedKey], at now: UnixTime,
        _ change: @escaping @Sendable (inout ClientRecord) -> Void
    ) async throws -> Change {
        let duplicates = Mutex<[Int]>([])
        let algorithms = try await store.signingKeys.all().algorithms(at: now)
        try await self.change(id, at: now) { before, client in
            change(&client)
            try Self.check(client, before: before, algorithms)
            var kept = removedKeys == nil ? [] : before.keys
            for name in removedKeys ?? [] {
                let count = kept.count
                kept.removeAll { $0.matches(name) }
                guard kept.count < count else { throw ClientFailure.noKey(name, client.id, .own) }
            }
            let (records, known) = Self.records(of: keys, beside: kept, at: now)
            duplicates.withLock { $0 = known }
            return kept + records
        }
        return Change(details: try await details(of: id), duplicates: duplicates.withLock(\.self))
    }

    /// Changes a client by a document.
    ///
    /// - Throws: `InvalidDocument`, `SignInFault`, `ClientFailure`, `StoreError`.
    package func edit(_ id: String, by change: DocumentChange, at now: UnixTime) async throws -> ClientRegistration {
        let algorithms = try await store.signingKeys.all().algorithms(at: now)
        return try await self.change(id, at: now) { before, client in
            client = try client.changed(by: change)
            try Self.check(client, before: before, algorithms)
            return client == before.client ? nil : before.keys
        }
    }

    private static func check(
        _ client: ClientRecord, before: ClientRegistration, _ algorithms: [SignatureAlgorithm]
    ) throws {
        try checkRules(client, before: before.client, algorithms)
        let added = client.scopes.first { AdminScope.isReserved($0) && !before.client.scopes.contains($0) }
        if before.dynamic != nil, let scope = added {
            throw ClientFailure.reservedScope(scope, client.id)
        }
    }

    /// Checks a client that is to be changed, or registered if there was none before.
    ///
    /// - Parameter algorithms: those of the server.
    static func checkRules(
        _ client: ClientRecord, before: ClientRecord?, _ algorithms: [SignatureAlgorithm]
    ) throws {
        // A registration of before these rules can still be changed in other respects.
        if client.signIn != before?.signIn || client.grants != before?.grants
            || client.authenticationMethod != before?.authenticationMethod
        {
            try rules.check(client)
        }
        try check(client.signIn, before: before?.signIn, algorithms)
    }

    /// Refuses a new choice of an algorithm that the server has no key for.
    ///
    /// - Parameter algorithms: those of the server.
    private static func check(
        _ options: SignInOptions, before: SignInOptions?, _ algorithms: [SignatureAlgorithm]
    ) throws(ClientFailure) {
        let known = before?.choices(outside: algorithms) ?? []
        guard let choice = options.choices(outside: algorithms).first(where: { !known.contains($0) }) else { return }
        throw .noSigningKey(choice, algorithms)
    }

    /// Changes a client on the basis of what is registered at that moment, so that another command's change at the same time stays.
    ///
    /// - Parameter body: changes the record, and returns the keys afterwards; `nil` to change nothing.
    /// - Returns: the registration afterwards.
    @discardableResult
    private func change(
        _ id: String, at now: UnixTime,
        _ body: @escaping @Sendable (ClientRegistration, inout ClientRecord) throws -> [KeyRecord]?
    ) async throws -> ClientRegistration {
        let outcome: Result<ClientRegistration, any Error>
        do throws(StoreError) {
            outcome = try await store.clients.change(ClientID(id)) { before throws(any Error) in
                var client = before.client
                guard let keys = try body(before, &client) else { return nil }
                client.updatedAt = now
                return (client, keys)
            }
        } catch {
            throw Self.failure(error, id)
        }
        return try outcome.get()
    }

    package func list() async throws(StoreError) -> [ClientRecord] {
        var clients: [ClientRecord] = []
        while true {
            let page = try await store.clients.page(after: clients.last?.id, limit: 1000)
            clients += page
            if page.count < 1000 { return clients }
        }
    }

    /// Returns the clients as elements of a list, with the registrations of those that registered themselves.
    package func listed(_ clients: [ClientRecord]) async throws(StoreError) -> [ListedClient] {
        let found = try await store.dynamicRegistrations.registrations(of: clients.map(\.id))
        let registrations = Dictionary(uniqueKeysWithValues: found.map { ($0.client, $0) })
        return clients.map { ListedClient(client: $0, dynamic: registrations[$0.id]) }
    }

    package func registration(of id: String) async throws -> ClientRegistration {
        guard let registration = try await store.clients.registration(of: ClientID(id)) else {
            throw ClientFailure.noClient(id)
        }
        return registration
    }

    package func details(of id: String) async throws -> ClientDetails {
        let registration = try await registration(of: id)
        return try await details(registration, uses: try await store.keyUses.latest(of: registration.client.id))
    }

    private func details(
        _ registration: ClientRegistration, uses: [String: UnixTime]
    ) async throws(StoreError) -> ClientDetails {
        let alias = registration.client.id.value
        let caseVariants = try await store.keyStore.entries(ignoringCaseOf: alias).filter {
            !$0.isFromJava && $0.alias != alias
        }
        var keySet: RemoteKeySetRecord?
        if let url = registration.client.keySetURL { keySet = try await store.keySets.record(of: url) }
        return ClientDetails(
            registration: registration, keySet: keySet.map { KeySetDetails($0) }, uses: uses,
            caseVariants: caseVariants.map(\.alias))
    }

    package func setEnabled(_ isEnabled: Bool, _ id: String, at now: UnixTime) async throws {
        do throws(StoreError) {
            try await store.clients.setEnabled(isEnabled, ClientID(id), at: now)
        } catch {
            throw Self.failure(error, id)
        }
    }

    package func remove(_ id: String) async throws {
        do throws(StoreError) {
            try await store.clients.remove(ClientID(id))
        } catch {
            throw Self.failure(error, id)
        }
    }

    /// Names the client that is missing, for a message that says what to do.
    private static func failure(_ error: StoreError, _ id: String) -> any Error {
        if case .notFound = error { ClientFailure.noClient(id) } else { error }
    }

    /// The result of changing the status of one key.
    package struct StatusChange: Sendable {
        package let details: ClientDetails
        package let thumbprint: String
        /// The number of registrations that the name matched, and how many of them changed.
        package let named: Int
        package let changed: Int
        /// Registrations of the same key under other names, which stay as they are.
        package let others: [KeyRecord]
        /// The grants of people that ended with a revoked key; `nil` if the client keeps them.
        package var endedGrants: Int?

        package init(
            details: ClientDetails, thumbprint: String, named: Int, changed: Int, others: [KeyRecord],
            endedGrants: Int?
        ) {
            self.details = details
            self.thumbprint = thumbprint
            self.named = named
            self.changed = changed
            self.others = others
            self.endedGrants = endedGrants
        }
    }

    /// Activates, retires or revokes one of a client's own keys, in every registration that the name matches.
    ///
    /// - Parameter key: its `kid` or RFC 7638 thumbprint.
    package func setStatus(_ status: KeyAvailability, ofKey key: String, of id: String) async throws -> StatusChange {
        let registration = try await registration(of: id)
        let named = try registration.ownKeys(named: key)
        let changed = status.isRevoked ? named : named.filter { !$0.status.isRevoked }
        guard let jwk = named.first?.jwk, !changed.isEmpty else {
            throw ClientFailure.revokedKey(key, registration.client.id)
        }
        for case let number? in changed.map(\.number) {
            try await store.clientKeys.setStatus(status, number: number, of: registration.client.id)
        }
        let others = registration.keys.filter { key in
            key.jwk.thumbprint == jwk.thumbprint && !key.status.isRevoked && !named.contains { $0.number == key.number }
        }
        var endedGrants: Int?
        if case .revoked(let now) = status, registration.client.signIn.revokesGrantsWithKey {
            endedGrants = try await store.grants.revokeAll(
                to: registration.client.id, keyThumbprint: jwk.key.thumbprintDigest, at: now)
        }
        return StatusChange(
            details: try await details(of: id), thumbprint: jwk.thumbprint, named: named.count,
            changed: changed.count, others: others, endedGrants: endedGrants)
    }

    /// Adds a secret to a client that is registered for `client_secret_basic` or `client_secret_post`.
    ///
    /// - Returns: the secret, which is not stored.
    package func addSecret(
        to id: String, expiresAt: UnixTime?, at now: UnixTime
    ) async throws -> (secret: String, details: ClientSecretDetails) {
        let (secret, record) = ClientSecretRecord.generate(at: now, expiresAt: expiresAt)
        try await change(id, at: now) { before, client in
            guard client.authenticationMethod.usesSecret else {
                throw ClientFailure.usesNoSecret(client.id, client.authenticationMethod)
            }
            client.secrets.append(record)
            return before.keys
        }
        return (secret, ClientSecretDetails(record))
    }

    /// - Parameter name: of `ClientSecretDetails`.
    package func removeSecret(_ name: String, of id: String, at now: UnixTime) async throws {
        try await change(id, at: now) { before, client in
            guard client.secrets.contains(where: { $0.name == name }) else {
                throw ClientFailure.noSecret(name, client.id)
            }
            client.secrets.removeAll { $0.name == name }
            return before.keys
        }
    }

    /// Omits keys that are already registered with the same restrictions and certificate.
    private static func records(
        of keys: [ImportedKey], beside known: [KeyRecord], at now: UnixTime
    ) -> (records: [KeyRecord], duplicates: [Int]) {
        var (records, duplicates): ([KeyRecord], [Int]) = ([], [])
        for (index, key) in keys.enumerated() {
            let isKnown = (known + records).contains {
                $0.jwk.object == key.jwk.object && $0.certificate == key.certificate
            }
            if isKnown {
                duplicates.append(index)
            } else {
                records.append(KeyRecord(jwk: key.jwk, certificate: key.certificate, addedAt: now))
            }
        }
        return (records, duplicates)
    }
}

/// The reason why an operation on a client was refused.
package enum ClientFailure: Error, Equatable {
    case noClient(String)
    /// The client has no key of its own with this name; its keys come from `KeySource`.
    case noKey(String, ClientID, KeySource)
    case ambiguousKey(String, thumbprints: [String])
    case usesNoSecret(ClientID, AuthenticationMethod)
    case noSecret(String, ClientID)
    /// The server has keys for the algorithms given here only.
    case noSigningKey(SignedResponse.Choice, [SignatureAlgorithm])
    /// A scope of the admin API, which a client that registered itself cannot have.
    case reservedScope(String, ClientID)
    /// A revoked key cannot be used again.
    case revokedKey(String, ClientID)
}
