@_exported import Server

/// A person with what belongs to them.
package struct UserDetails: Sendable {
    package let user: UserRecord
    package let sessions: [SessionRecord]
    /// All clients with access to the account; `/account` shows only the first ones.
    package let accesses: [ClientAccess]

    package init(user: UserRecord, sessions: [SessionRecord], accesses: [ClientAccess]) {
        self.user = user
        self.sessions = sessions
        self.accesses = accesses
    }
}

extension UserRecord {
    /// The person without the password's hash.
    package var json: JSONObject {
        [
            "sub": .string(id.text), "user_name": .string(name), "enabled": .boolean(isEnabled),
            "claims": .object(claims), "groups": .array(groups), "has_password": .boolean(passwordHash != nil),
            "password_changed_at": .string(passwordChangedAt?.text) ?? .null, "created_at": .string(createdAt.text),
            "updated_at": .string(updatedAt.text),
        ]
    }
}

extension UserDetails {
    package var json: JSONObject {
        var object = user.json
        object.set("sessions", .array(sessions.map(\.json)))
        object.set("access", .array(accesses.map(\.json)))
        return object
    }
}

extension SessionRecord {
    package var json: JSONObject {
        [
            "sid": .string(id), "authenticated_at": .string(authenticatedAt.text),
            "last_used_at": .string(lastUsedAt.text), "expires_at": .string(expiresAt.text),
            "user_agent": .string(agent), "address": .string(address) ?? .null,
        ]
    }
}

extension ClientAccess {
    package var json: JSONObject {
        [
            "client_id": .string(client.text), "scopes": .array(scopes), "resources": .array(resources),
            "since": .string(since.text), "last_used_at": .string(lastUse.text),
            "consent_given_at": .string(consent?.givenAt.text) ?? .null,
        ]
    }
}
