@_exported import Server

/// A person with what belongs to them.
package struct UserDetails: Sendable {
    package let user: UserRecord
    package let sessions: [SessionRecord]
    /// All clients with access to the account; `/account` shows only the first ones.
    package let accesses: [ClientAccess]
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
        let sessions: [JSONObject] = sessions.map { session in
            [
                "sid": .string(session.id), "authenticated_at": .string(session.authenticatedAt.text),
                "last_used_at": .string(session.lastUsedAt.text), "expires_at": .string(session.expiresAt.text),
                "user_agent": .string(session.agent), "address": .string(session.address) ?? .null,
            ]
        }
        let accesses: [JSONObject] = accesses.map { access in
            [
                "client_id": .string(access.client.text), "scopes": .array(access.scopes),
                "resources": .array(access.resources), "since": .string(access.since.text),
                "last_used_at": .string(access.lastUse.text),
                "consent_given_at": .string(access.consent?.givenAt.text) ?? .null,
            ]
        }
        object.set("sessions", .array(sessions))
        object.set("access", .array(accesses))
        return object
    }
}
