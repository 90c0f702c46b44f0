/// The page with a person's sessions, the clients with access, and details. All forms are posted to `action` with the hidden fields and a button:
/// `end_session` (value: `sid`), `end_other_sessions`, `end_access` (value: client identifier), `sign_out`, `change_password`
/// (with the fields `password` and `new_password`).
package struct AccountPage: Sendable {
    package struct Session: Sendable {
        package let id: String
        package let isCurrent: Bool
        package let agent: String
        package let address: String?
        package let signedInAt: UnixTime
        package let lastUsedAt: UnixTime
        package let methods: [String]

        package init(
            id: String, isCurrent: Bool, agent: String, address: String?, signedInAt: UnixTime, lastUsedAt: UnixTime,
            methods: [String]
        ) {
            self.id = id
            self.isCurrent = isCurrent
            self.agent = agent
            self.address = address
            self.signedInAt = signedInAt
            self.lastUsedAt = lastUsedAt
            self.methods = methods
        }
    }

    /// What a client may do with the person's account.
    package struct Access: Sendable {
        package let client: ClientPresentation
        /// Whether the client needs no consent: it gets access again at the next sign-in.
        package let isTrusted: Bool
        /// Whether the person has allowed it.
        package let isAllowed: Bool
        package let scopes: [String]
        /// The resources (RFC 8707), by name or URI.
        package let resources: [String]
        package let since: UnixTime
        package let lastUse: UnixTime

        package init(
            client: ClientPresentation, isTrusted: Bool, isAllowed: Bool, scopes: [String], resources: [String] = [],
            since: UnixTime, lastUse: UnixTime
        ) {
            self.client = client
            self.isTrusted = isTrusted
            self.isAllowed = isAllowed
            self.scopes = scopes
            self.resources = resources
            self.since = since
            self.lastUse = lastUse
        }
    }

    /// What was just done, or refused.
    package enum Notice: Sendable, Equatable {
        case sessionEnded
        case otherSessionsEnded
        /// - Parameter isTrusted: whether the client gets access again at the next sign-in.
        case accessEnded(client: String, isTrusted: Bool)
        case passwordChanged
        case wrongPassword
        /// The new password is not acceptable.
        case weakPassword(PasswordFault)
        case tooManyAttempts(wait: Duration)
    }

    package let action: String
    package let hidden: [HiddenField]
    package let name: String
    package let email: String?
    package let isEmailVerified: Bool
    package let passwordChangedAt: UnixTime?
    package let sessions: [Session]
    package let accesses: [Access]
    /// Whether more clients have access than `accesses` has.
    package let hasMoreAccess: Bool
    package let notice: Notice?
    package let now: UnixTime

    package init(
        action: String, hidden: [HiddenField], name: String, email: String?, isEmailVerified: Bool,
        passwordChangedAt: UnixTime?, sessions: [Session], accesses: [Access], hasMoreAccess: Bool = false,
        notice: Notice? = nil, now: UnixTime
    ) {
        self.action = action
        self.hidden = hidden
        self.name = name
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.passwordChangedAt = passwordChangedAt
        self.sessions = sessions
        self.accesses = accesses
        self.hasMoreAccess = hasMoreAccess
        self.notice = notice
        self.now = now
    }
}
