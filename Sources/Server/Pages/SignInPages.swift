/// A hidden field of a form.
package struct HiddenField: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The page that asks for user name and password.
package struct SignInPage: Sendable {
    package let client: ClientPresentation?
    /// Where the form is posted to.
    package let action: String
    /// The fields that carry the ticket and the protection against cross-site requests.
    package let hidden: [HiddenField]
    /// The user name that is already filled in: `login_hint`, or what was typed before.
    package let name: String?
    package let failure: Failure?
    /// The person who is signed in and has to prove it again, by name.
    package let signedInAs: String?
    /// Whether the form has a *Cancel* that returns to the client with `access_denied`.
    package let canCancel: Bool

    package enum Failure: Error, Equatable {
        /// Unknown name, wrong password and disabled account read the same.
        case wrongNameOrPassword
        /// Too many attempts: the next is possible after this time.
        case tooManyAttempts(wait: Duration)
        /// The server checks as many passwords as it can.
        case busy
        /// The page was open for too long, or was opened in another browser.
        case expired
    }

    package init(
        client: ClientPresentation?, action: String, hidden: [HiddenField], name: String? = nil,
        failure: Failure? = nil, signedInAs: String? = nil, canCancel: Bool = true
    ) {
        self.client = client
        self.action = action
        self.hidden = hidden
        self.name = name
        self.failure = failure
        self.signedInAs = signedInAs
        self.canCancel = canCancel
    }
}

/// The page that asks whether a client may have what it asks for. The buttons are named `answer` with the values `allow` and `deny`.
package struct ConsentPage: Sendable {
    package let client: ClientPresentation
    package let action: String
    package let hidden: [HiddenField]
    /// The name of the person who is signed in.
    package let person: String
    /// The path that lets another person sign in.
    package let switchAccount: String
    /// The scope tokens asked for; the renderer explains the standard ones and shows the others as they are.
    package let scopes: [String]
    /// The resources (RFC 8707) that the tokens would be for, by name or URI.
    package let resources: [String]

    package init(
        client: ClientPresentation, action: String, hidden: [HiddenField], person: String, switchAccount: String,
        scopes: [String], resources: [String] = []
    ) {
        self.client = client
        self.action = action
        self.hidden = hidden
        self.person = person
        self.switchAccount = switchAccount
        self.scopes = scopes
        self.resources = resources
    }
}

/// The page that says why a request cannot be answered, and whose job it is to correct it. It never leads to the client.
package struct RefusalPage: Sendable {
    /// Whose job it is.
    package enum Cause: Sendable, Equatable {
        /// The application sent a faulty request: its developers, or the operator who registered it.
        case application
        /// The page is too old, or the browser does not keep cookies: the person begins again at the application.
        case browser
        /// A form that belongs to no application, as that of the account, is too old or of another session: the person opens its page again.
        case form
        /// The address of a form was opened or reloaded: the person begins again at the application.
        case formAddress
        /// The server cannot do its work at the moment.
        case server
    }

    package let cause: Cause
    /// A sentence for developers, in English.
    package let detail: String
    /// `error` of RFC 6749 §4.1.2.1, or a similar code.
    package let code: String
    /// Under which `explain` finds it.
    package let reference: String?
    /// The client's name, if the client is known; nothing else of it is shown.
    package let client: String?

    package init(cause: Cause, detail: String, code: String, reference: String? = nil, client: String? = nil) {
        self.cause = cause
        self.detail = detail
        self.code = code
        self.reference = reference
        self.client = client
    }
}

/// The page that posts an authorization response to the client (OAuth 2.0 Form Post Response Mode §2): by a script, or by a button.
package struct FormPostPage: Sendable {
    /// The redirect URI.
    package let action: String
    package let fields: [HiddenField]
    package let client: String

    package init(action: String, fields: [HiddenField], client: String) {
        self.action = action
        self.fields = fields
        self.client = client
    }
}

/// The page that asks whether to sign out. The button is named `answer` with the value `sign_out`; *Stay signed in* has the value `stay`.
package struct SignOutPage: Sendable {
    package let action: String
    package let hidden: [HiddenField]
    package let person: String
    /// The client that asked for it, if known.
    package let client: String?

    package init(action: String, hidden: [HiddenField], person: String, client: String? = nil) {
        self.action = action
        self.hidden = hidden
        self.person = person
        self.client = client
    }
}
