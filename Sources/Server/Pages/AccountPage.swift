/// The page with a person's sessions, consents and details. All forms are posted to `action` with the hidden fields and a button:
/// `end_session` (value: `sid`), `end_other_sessions`, `withdraw` (value: client identifier), `sign_out`, `change_password`
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

    package struct Consent: Sendable {
        package let client: ClientPresentation
        package let scopes: [String]
        package let givenAt: UnixTime
        package let usedAt: UnixTime

        package init(client: ClientPresentation, scopes: [String], givenAt: UnixTime, usedAt: UnixTime) {
            self.client = client
            self.scopes = scopes
            self.givenAt = givenAt
            self.usedAt = usedAt
        }
    }

    /// What was just done, or refused.
    package enum Notice: Sendable, Equatable {
        case sessionEnded
        case otherSessionsEnded
        case consentWithdrawn(String)
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
    package let consents: [Consent]
    package let notice: Notice?
    package let now: UnixTime

    package init(
        action: String, hidden: [HiddenField], name: String, email: String?, isEmailVerified: Bool,
        passwordChangedAt: UnixTime?, sessions: [Session], consents: [Consent], notice: Notice? = nil, now: UnixTime
    ) {
        self.action = action
        self.hidden = hidden
        self.name = name
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.passwordChangedAt = passwordChangedAt
        self.sessions = sessions
        self.consents = consents
        self.notice = notice
        self.now = now
    }
}
