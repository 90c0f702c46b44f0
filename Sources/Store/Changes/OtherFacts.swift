/// The facts about a person in the change log: neither the password nor its hash.
extension UserRecord {
    package var facts: JSONObject {
        [
            "user_name": .string(name), "enabled": .boolean(isEnabled), "claims": .object(claims),
            "groups": .array(groups), "has_password": .boolean(passwordHash != nil),
            "password_changed_at": passwordChangedAt.map { .time($0) }, "created_at": .time(createdAt),
            "calendar_feed_made_at": calendarFeed.map { .time($0.createdAt) },
        ]
    }

    /// Replaces what facts say about a person, except the password.
    ///
    /// - Returns: `nil` for facts that are not those of a person.
    package func replacing(_ facts: JSONObject, at now: UnixTime) -> UserRecord? {
        let read = FactReader(facts: facts)
        guard let name = read.text("user_name"), let isEnabled = read.flag("enabled"),
            let groups = read.texts("groups"), case .object(let claims)? = facts["claims"]
        else { return nil }
        var user = self
        (user.name, user.isEnabled, user.groups, user.claims) = (name, isEnabled, groups, claims)
        user.updatedAt = now
        return user
    }
}

extension SessionRecord {
    /// Without the address and the browser, which are the person's.
    package var facts: JSONObject {
        ["authenticated_at": .time(authenticatedAt), "created_at": .time(createdAt)]
    }
}

extension ClientAccess {
    package var facts: JSONObject {
        ["scope": .array(scopes), "resources": .array(resources), "allowed": .boolean(consent != nil)]
    }
}

extension ResourceRecord {
    package var facts: JSONObject {
        [
            "resource_name": .string(name), "scopes": .array(scopes),
            "access_token_format": .string(accessTokenFormat?.rawValue),
            "access_token_lifetime": accessTokenLifetime.map { .number(Double($0.milliseconds) / 1000) },
            "created_at": .time(createdAt),
        ]
    }

    /// Reads the facts about a resource.
    ///
    /// - Returns: `nil` for facts that are not those of a resource.
    package init?(facts: JSONObject, uri: String) {
        let read = FactReader(facts: facts)
        guard let name = read.text("resource_name"), let scopes = read.texts("scopes"),
            let createdAt = facts.time("created_at")
        else { return nil }
        self.init(
            uri: uri, name: name, scopes: scopes,
            accessTokenFormat: read.value("access_token_format", AccessTokenFormat.self),
            accessTokenLifetime: read.duration("access_token_lifetime"), createdAt: createdAt)
    }
}

extension InitialAccessToken {
    /// Without the uses, which are not changes by an operator.
    package var facts: JSONObject {
        [
            "note": .string(note), "scopes": scopes.map { .array($0) },
            "grant_types": grants.map { .array($0.map(\.rawValue)) }, "allow_reuse": .boolean(allowsReuse),
            "maximum_uses": .number(maximumUses), "created_at": .time(createdAt), "expires_at": .time(expiresAt),
        ]
    }
}

extension SigningKeyRecord {
    package var facts: JSONObject {
        [
            "alg": .string(algorithm.name), "created_at": .time(createdAt), "signs_from": .time(signsFrom),
            "published_until": publishedUntil.map { .time($0) },
        ]
    }
}
