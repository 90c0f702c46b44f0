@_exported import Server

extension UserRecord {
    /// - Parameter answer: as `json` renders it. The password's hash stays at the server: `passwordHash` is empty if there is one.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        reader.require("claims")
        self.init(
            id: UserID(reader.requiredText("sub")), name: reader.requiredText("user_name"),
            claims: reader.object("claims") ?? [:], groups: reader.requiredTexts("groups"),
            passwordHash: reader.requiredBoolean("has_password") ? "" : nil,
            passwordChangedAt: reader.time("password_changed_at", isNullable: true),
            isEnabled: reader.requiredBoolean("enabled"), createdAt: reader.requiredTime("created_at"),
            updatedAt: reader.requiredTime("updated_at"))
        try reader.finishIgnoringOthers()
    }
}

extension UserDetails {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        let user = try UserRecord(answer: object)
        var reader = DocumentReader(object)
        let sessions = reader.objects("sessions") { object throws(InvalidDocument) in
            try SessionRecord(answer: object, of: user.id)
        }
        let accesses = reader.objects("access") { object throws(InvalidDocument) in
            try ClientAccess(answer: object, of: user.id)
        }
        try reader.finishIgnoringOthers()
        self.init(user: user, sessions: sessions, accesses: accesses)
    }
}

extension SessionRecord {
    /// - Parameter answer: as part of a person's `json`. The digest of the cookie stays at the server.
    fileprivate init(answer object: JSONObject, of user: UserID) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let authenticatedAt = reader.requiredTime("authenticated_at")
        self.init(
            digest: [], id: reader.requiredText("sid"), user: user, authenticatedAt: authenticatedAt, methods: [],
            createdAt: authenticatedAt, lastUsedAt: reader.requiredTime("last_used_at"),
            expiresAt: reader.requiredTime("expires_at"), agent: reader.requiredText("user_agent"),
            address: reader.text("address", isNullable: true))
        try reader.finishIgnoringOthers()
    }
}

extension ClientAccess {
    /// - Parameter answer: as part of a person's `json`.
    fileprivate init(answer object: JSONObject, of user: UserID) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let client = ClientID(reader.requiredText("client_id"))
        let (since, lastUse) = (reader.requiredTime("since"), reader.requiredTime("last_used_at"))
        // What consents and grants have together is known, and not which has what.
        let grants = GrantSummary(
            scopes: Set(reader.requiredTexts("scopes")), resources: Set(reader.requiredTexts("resources")),
            oldest: since, newest: lastUse)
        let consent = reader.time("consent_given_at", isNullable: true).map {
            ConsentRecord(user: user, client: client, scopes: [], givenAt: $0)
        }
        try reader.finishIgnoringOthers()
        guard let access = ClientAccess(client: client, consent: consent, grants: grants) else {
            throw InvalidDocument([DocumentFault(.document, "It is not an access")])
        }
        self = access
    }
}
