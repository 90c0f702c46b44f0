/// What was done. The names are stable: programs and people search for them.
package enum ChangeAction: String, Sendable, CaseIterable {
    case clientRegistered = "client.registered"
    case clientChanged = "client.changed"
    case clientEnabled = "client.enabled"
    case clientDisabled = "client.disabled"
    case clientRemoved = "client.removed"
    case clientKeyAdded = "client.key_added"
    case clientKeyChanged = "client.key_status_changed"
    case clientKeyRemoved = "client.key_removed"
    case clientSecretAdded = "client.secret_added"
    case clientSecretRemoved = "client.secret_removed"
    /// Clients that had registered themselves were removed because they went unused.
    case registrationsExpired = "registrations.expired"
    case keyStoreEntryAdded = "keystore.added"
    case keyStoreEntryChanged = "keystore.changed"
    case keyStoreEntryRemoved = "keystore.removed"
    case userAdded = "user.added"
    case userChanged = "user.changed"
    case userEnabled = "user.enabled"
    case userDisabled = "user.disabled"
    case userPasswordSet = "user.password_set"
    case userPasswordRemoved = "user.password_removed"
    case userSessionsEnded = "user.sessions_ended"
    case userAccessEnded = "user.access_ended"
    case userCalendarMade = "user.calendar_address_made"
    case userCalendarRemoved = "user.calendar_address_removed"
    case userRemoved = "user.removed"
    case resourceAdded = "resource.added"
    case resourceChanged = "resource.changed"
    case resourceRemoved = "resource.removed"
    case registrationTokenAdded = "registration_token.added"
    case registrationTokenRemoved = "registration_token.removed"
    case serverKeyAdded = "server_key.added"
    case serverKeyChanged = "server_key.changed"
    /// The oldest changes were removed from the log.
    case changesRemoved = "changes.removed"
}

extension ChangeAction {
    /// Names a change by what it concerns.
    package init(_ kind: ChangeSubject.Kind, _ difference: FactDifference) {
        switch (kind, difference.before, difference.after) {
        case (.client, nil, _): self = .clientRegistered
        case (.client, _, nil): self = .clientRemoved
        case (.client, let before?, let after?): self = Self.ofClient(before, after, difference.members)
        case (.registrations, _, _): self = .registrationsExpired
        case (.keyStoreEntry, nil, _): self = .keyStoreEntryAdded
        case (.keyStoreEntry, _, nil): self = .keyStoreEntryRemoved
        case (.keyStoreEntry, _, _): self = .keyStoreEntryChanged
        case (.user, nil, _): self = .userAdded
        case (.user, _, nil): self = .userRemoved
        case (.user, _, let after?): self = Self.ofUser(after, difference.members)
        case (.resource, nil, _): self = .resourceAdded
        case (.resource, _, nil): self = .resourceRemoved
        case (.resource, _, _): self = .resourceChanged
        case (.registrationToken, nil, _): self = .registrationTokenAdded
        case (.registrationToken, _, _): self = .registrationTokenRemoved
        case (.serverKey, nil, _): self = .serverKeyAdded
        case (.serverKey, _, _): self = .serverKeyChanged
        case (.changes, _, _): self = .changesRemoved
        }
    }

    private static func ofClient(_ before: JSONObject, _ after: JSONObject, _ members: [String]) -> ChangeAction {
        switch members {
        case ["enabled"]: return after["enabled"] == .boolean(true) ? .clientEnabled : .clientDisabled
        case ["keys"]:
            switch (before.members(of: "keys"), after.members(of: "keys")) {
            case ([], _): return .clientKeyAdded
            case (_, []): return .clientKeyRemoved
            case (let old, let new): return old == new ? .clientKeyChanged : .clientChanged
            }
        case ["secrets"]:
            switch (before.members(of: "secrets"), after.members(of: "secrets")) {
            case ([], _): return .clientSecretAdded
            case (_, []): return .clientSecretRemoved
            default: return .clientChanged
            }
        default: return .clientChanged
        }
    }

    private static func ofUser(_ after: JSONObject, _ members: [String]) -> ChangeAction {
        switch members {
        case ["enabled"]: return after["enabled"] == .boolean(true) ? .userEnabled : .userDisabled
        case ["sessions"]: return .userSessionsEnded
        case ["access"]: return .userAccessEnded
        case ["calendar_feed_made_at"]:
            return after["calendar_feed_made_at"] == nil ? .userCalendarRemoved : .userCalendarMade
        default:
            guard Set(members).isSubset(of: ["has_password", "password_changed_at"]) else { return .userChanged }
            return after["has_password"] == .boolean(false) ? .userPasswordRemoved : .userPasswordSet
        }
    }
}

extension JSONObject {
    /// The names of the members of an object in this one.
    fileprivate func members(of name: String) -> [ExactString] {
        if case .object(let object)? = self[name] { object.members.map(\.name) } else { [] }
    }
}
