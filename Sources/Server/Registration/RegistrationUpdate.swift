extension ClientRegistrar {
    /// Replaces what a client states about itself (RFC 7592 §2.2). What the operator decides stays as it is, also what they decide while
    /// a document of the client is being read: the change is made from the registration at the time of writing.
    ///
    /// - Parameter current: as read by this request.
    func update(
        _ current: ClientRegistration, _ dynamic: DynamicRegistration, _ metadata: JSONObject, _ token: String,
        at now: UnixTime
    ) async throws(OAuthError) -> JSONObject {
        guard let preview = try change(of: current, dynamic, by: metadata, at: now) else {
            return response(current, dynamic, token)
        }
        guard limits.admitChange(of: dynamic, at: now) else {
            throw tooManyChanges(dynamic.origin)
        }
        try await checkSector(preview.client, dynamic.origin, at: now)
        let outcome: Result<ClientRegistration, OAuthError>
        do {
            outcome = try await store(of: current.client.id).clients.change(current.client.id) {
                registration throws(OAuthError) in
                // RFC 7592 §2.1. An operator who has disabled a client has the last word.
                guard registration.client.isEnabled, registration.dynamic?.digest == dynamic.digest else {
                    throw Self.foreignToken
                }
                return try change(of: registration, dynamic, by: metadata, at: now)
            }
        } catch {
            if case .notFound = error { throw Self.foreignToken }
            throw refusal(error)
        }
        let after = try outcome.get()
        runtime.report(.clientChangedItself(after.client.id))
        return response(after, dynamic, token)
    }

    /// - Returns: what to write; `nil` if the metadata changes nothing.
    private func change(
        of current: ClientRegistration, _ dynamic: DynamicRegistration, by metadata: JSONObject, at now: UnixTime
    ) throws(OAuthError) -> (client: ClientRecord, keys: [KeyRecord])? {
        let allowance = RegistrationAllowance(updating: current.client, dynamic.origin)
        let request = try parse(metadata, of: current.client.id, allowance, at: now)
        var client = current.client
        client.name = request.record.name
        client.grants = request.record.grants
        client.scopes = request.record.scopes
        client.authenticationMethod = request.record.authenticationMethod
        client.options.signingAlgorithm = request.record.options.signingAlgorithm
        if let allowsReuse = request.record.options.allowsReuse { client.options.allowsReuse = allowsReuse }
        client.keySetURL = request.record.keySetURL
        client.signIn = client.signIn.replacing(allowance.signInMembers, with: request.record.signIn)
        let keys: [KeyRecord]
        do throws(MetadataFault) {
            try Self.checkSubjects(current.client, client)
            keys = try Self.keys(of: current, replacedBy: request, at: now)
        } catch {
            throw Self.refused(error)
        }
        // A key that is new has no number yet.
        guard client != current.client || Set(keys.map(\.number)) != Set(current.keys.map(\.number)) else { return nil }
        client.updatedAt = now
        return (client, keys)
    }

    /// `sub` is computed from the registration in force, and the client may hold tokens of people: with another sector it would learn who
    /// they are at the clients there (OpenID Connect Core §8.1).
    private static func checkSubjects(_ before: ClientRecord, _ after: ClientRecord) throws(MetadataFault) {
        guard before.signIn.subjectType == after.signIn.subjectType else {
            throw MetadataFault(
                "subject_type",
                "subject_type is not \(before.signIn.subjectType.rawValue), as it was registered; to change it, register a new client"
            )
        }
        guard before.signIn.subjectType == .public || Sector(of: before) == Sector(of: after) else {
            throw MetadataFault(
                "sector_identifier_uri",
                "the host of redirect_uris or sector_identifier_uri is another one, and with it the sector of the pairwise subjects; "
                    + "to change it, register a new client")
        }
    }

    /// What the operator has decided about a key stays, even if the client leaves the key out and sends it again later: the caller may be
    /// the owner of a stolen key, or the thief.
    private static func keys(
        of current: ClientRegistration, replacedBy request: RegistrationRequest, at now: UnixTime
    ) throws(MetadataFault) -> [KeyRecord] {
        let sent = Set(request.keys.map(\.thumbprint))
        let decided = current.keys.filter { $0.status != .active }
        guard decided.isEmpty || request.record.keySetURL == nil else {
            throw MetadataFault(
                "jwks_uri", "a key of this client was retired or revoked, so it cannot have a jwks_uri; use jwks")
        }
        let ended = Set(decided.filter { !$0.status.allowsUse(at: now) }.map(\.jwk.thumbprint))
        guard sent.isEmpty || !sent.isSubset(of: ended) else {
            throw MetadataFault("jwks", "every key in jwks was retired or revoked; register a new one")
        }
        let decidedThumbprints = Set(decided.map(\.jwk.thumbprint))
        let new = request.keys.filter { !decidedThumbprints.contains($0.thumbprint) }
        let kept = current.keys.filter { record in
            record.status == .active && new.contains { $0.object == record.jwk.object }
        }
        let added = new.filter { key in !kept.contains { $0.jwk.object == key.object } }
        return decided.map { sent.contains($0.jwk.thumbprint) ? $0 : $0.ended(at: now) } + kept
            + added.map { KeyRecord(jwk: $0, addedAt: now) }
    }
}

extension KeyRecord {
    /// Returns the key, unusable from `now` on: a retiring key that its client gives up earlier.
    fileprivate func ended(at now: UnixTime) -> KeyRecord {
        guard status.allowsUse(at: now) else { return self }
        // A new record, because the store does not change the status of one that stays.
        return KeyRecord(jwk: jwk, certificate: certificate, status: .retiring(until: now), addedAt: addedAt)
    }
}

extension SignInOptions {
    /// Returns these options with some members, by their names in RFC 7591, replaced by those of others.
    fileprivate func replacing(_ members: Set<String>, with other: SignInOptions) -> SignInOptions {
        let kept = json.members.filter { !members.contains($0.name.text) }
        let replaced = other.json.members.filter { members.contains($0.name.text) }
        // Both were read from such an object.
        return (try? SignInOptions(json: JSONObject((kept + replaced).map { ($0.name.text, $0.value) }))) ?? self
    }
}
