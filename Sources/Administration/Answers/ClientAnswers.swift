import CountersignKeyFiles

extension ClientRecord {
    /// - Parameter answer: as `ClientRecord.json(_:)` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        self.init(
            id: ClientID(reader.requiredText("client_id")), name: reader.requiredText("client_name"),
            description: reader.requiredText("description"), isEnabled: reader.requiredBoolean("enabled"),
            createdAt: reader.requiredTime("created_at"), updatedAt: reader.requiredTime("updated_at"))
        grants = reader.choices("grant_types", of: GrantType.self) ?? []
        scopes = reader.requiredText("scope").split(separator: " ").map(String.init)
        authenticationMethod =
            reader.choice("token_endpoint_auth_method", of: AuthenticationMethod.self) ?? .privateKeyJWT
        options.signingAlgorithm = reader.algorithm("token_endpoint_auth_signing_alg")
        options.audienceProfile = reader.choice("audience_profile", of: AudienceProfile.self, isNullable: true)
        options.allowsReuse = reader.optionalBoolean("token_endpoint_allow_reuse_pvt_key_jwt", in: object)
        options.certificateValidity = reader.choice(
            "certificate_validity", of: AssertionPolicy.CertificateValidity.self, isNullable: true)
        options.requiresExplicitTyping = reader.requiredBoolean("require_explicit_typing")
        keySetURL = reader.text("jwks_uri", isNullable: true)
        accessTokenFormat = reader.choice("access_token_format", of: AccessTokenFormat.self) ?? .jwt
        accessTokenLifetime = reader.seconds("access_token_lifetime", in: 0...Int.max / 1000, isNullable: true)
        for name in ["grant_types", "token_endpoint_auth_method", "access_token_format"] { reader.require(name) }
        do throws(MemberFault) {
            signIn = try SignInOptions(json: object)
        } catch {
            reader.report(error.member, detail: "It is \(error.problem).")
        }
        try reader.finishIgnoringOthers()
    }
}

extension DynamicRegistration {
    /// - Parameter answer: as `json` renders it. The digest of the token stays at the server.
    package init(answer object: JSONObject, of client: ClientID) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let origin = reader.choice("by", of: Origin.self)
        reader.require("by")
        self.init(
            client: client, origin: origin ?? .open,
            initialAccessToken: reader.text("registration_token", isNullable: true), digest: [],
            registeredAt: reader.requiredTime("registered_at"),
            usedAt: reader.time("last_used_at", isNullable: true), expiresAt: reader.requiredTime("expires_at"))
        try reader.finishIgnoringOthers()
    }
}

extension ListedClient {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        let client = try ClientRecord(answer: object)
        var reader = DocumentReader(object)
        let dynamic = reader.object("registered_itself") { object throws(InvalidDocument) in
            try DynamicRegistration(answer: object, of: client.id)
        }
        try reader.finishIgnoringOthers()
        self.init(client: client, dynamic: dynamic)
    }
}

extension ClientSecretDetails {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        self.init(
            name: reader.requiredText("name"), createdAt: reader.requiredTime("created_at"),
            expiresAt: reader.time("expires_at", isNullable: true))
        try reader.finishIgnoringOthers()
    }
}

extension ClientDetails {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        let listed = try ListedClient(answer: object)
        var reader = DocumentReader(object)
        var uses: [String: UnixTime] = [:]
        func note(_ key: AnsweredKey) { uses[key.jwk.thumbprint] = key.lastUsedAt }
        // The place of a key in the answer takes the place of the number that the store gave it.
        var number: Int64 = 0
        let keys = reader.objects("keys") { object throws(InvalidDocument) in
            let key = try AnsweredKey(answer: object)
            note(key)
            number += 1
            return try key.record(object, number: number)
        }
        let keySet = reader.object("key_set") { object throws(InvalidDocument) in
            try KeySetDetails(answer: object, note)
        }
        let entry = reader.object("keystore_entry") { object throws(InvalidDocument) in
            let key = try AnsweredKey(answer: object)
            note(key)
            return try KeyStoreEntry(answer: object, key: key.jwk, of: listed.client.id)
        }
        let ambiguity = reader.object("alias_ambiguity") { object throws(InvalidDocument) in
            try AliasAmbiguity(answer: object)
        }
        let variants = reader.requiredTexts("alias_case_variants").map { ExactString($0) }
        try reader.finishIgnoringOthers()
        self.init(
            registration: ClientRegistration(
                client: listed.client, keys: keys, keyStoreEntry: entry, aliasAmbiguity: ambiguity,
                dynamic: listed.dynamic), keySet: keySet, uses: uses, caseVariants: variants)
    }
}

/// The members that all renderings of a client's key have.
private struct AnsweredKey {
    let jwk: JWK
    let lastUsedAt: UnixTime?
    let addedAt: UnixTime?
    let certificate: KeyCertificate?

    init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let read = reader.object("jwk") { object throws(InvalidDocument) -> JWK in
            do throws(KeyError) {
                return try JWK(object)
            } catch {
                throw InvalidDocument([DocumentFault(.document.appending("jwk"), error.phrase)])
            }
        }
        reader.require("jwk")
        lastUsedAt = reader.time("last_used_at", isNullable: true)
        addedAt = reader.time("added_at", isNullable: true)
        certificate = reader.object("certificate") { object throws(InvalidDocument) in
            try KeyCertificate(answer: object)
        }
        try reader.finishIgnoringOthers()
        guard let read else { throw InvalidDocument([DocumentFault(.document.appending("jwk"), "It is missing.")]) }
        jwk = read
    }

    func record(_ object: JSONObject, number: Int64) throws(InvalidDocument) -> KeyRecord {
        var reader = DocumentReader(object)
        let status: KeyAvailability
        switch reader.requiredText("status") {
        case "active": status = .active
        case "retiring": status = .retiring(until: reader.requiredTime("retires_at"))
        case "revoked": status = .revoked(since: reader.requiredTime("revoked_at"))
        default:
            status = .active
            reader.report("status", detail: "It must be one of active, retiring, revoked.")
        }
        try reader.finishIgnoringOthers()
        return KeyRecord(
            number: number, jwk: jwk, certificate: certificate, status: status, addedAt: addedAt ?? .distantPast)
    }
}

extension KeyCertificate {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let pem = reader.requiredText("pem")
        try reader.finishIgnoringOthers()
        guard let certificate = (try? KeyFile(Array(pem.utf8), name: "pem"))?.keys.first?.certificate else {
            throw InvalidDocument([DocumentFault(.document.appending("pem"), "It must be a certificate in PEM.")])
        }
        self = certificate
    }

    /// The key that it certifies.
    package var jwk: JWK? { (try? KeyFile(der, name: "certificate"))?.keys.first?.jwk }
}

extension KeySetDetails {
    /// - Parameters:
    ///   - answer: as part of a client's `json`.
    ///   - note: takes each key with its last use.
    fileprivate init(answer object: JSONObject, _ note: (AnsweredKey) -> Void) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let keys = reader.objects("keys") { object throws(InvalidDocument) -> JWK in
            let key = try AnsweredKey(answer: object)
            note(key)
            return key.jwk
        }
        let refused = reader.objects("refused") { object throws(InvalidDocument) -> RefusedKey in
            var reader = DocumentReader(object)
            let key = RefusedKey(
                index: reader.requiredCount("index"),
                keyID: reader.text("kid", isNullable: true).map { ExactString($0) },
                reason: reader.requiredText("reason"))
            try reader.finishIgnoringOthers()
            return key
        }
        self.init(
            url: reader.requiredText("url"), fetchedAt: reader.time("fetched_at", isNullable: true),
            freshUntil: reader.time("fresh_until", isNullable: true), attemptedAt: reader.requiredTime("attempted_at"),
            failures: reader.requiredCount("failures"), problem: reader.text("problem", isNullable: true), keys: keys,
            refused: refused)
        try reader.finishIgnoringOthers()
    }
}

extension KeyStoreEntry {
    /// - Parameter answer: as part of a client's `json`.
    fileprivate init(answer object: JSONObject, key: JWK, of client: ClientID) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let alias = ExactString(reader.requiredText("alias"))
        let addedAt = reader.requiredTime("added_at")
        reader.require("certificate")
        let certificate = reader.object("certificate") { object throws(InvalidDocument) in
            try KeyCertificate(answer: object)
        }
        try reader.finishIgnoringOthers()
        guard let certificate else {
            throw InvalidDocument([DocumentFault(.document.appending("certificate"), "It is missing.")])
        }
        // Another alias than the client's own can serve it only if it came from a Java key store.
        self.init(
            alias: alias, certificate: certificate, jwk: key, isFromJava: alias != client.value, addedAt: addedAt)
    }
}

extension AliasAmbiguity {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        if let alias = reader.text("alias") {
            self = .severalClients(
                alias: ExactString(alias), reader.requiredTexts("clients").map { ClientID($0) })
        } else {
            self = .severalEntries(reader.requiredTexts("aliases").map { ExactString($0) })
        }
        try reader.finishIgnoringOthers()
    }
}
