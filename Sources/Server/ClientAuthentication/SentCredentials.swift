/// The client authentication methods that a request uses, for error messages (RFC 6749 §2.3).
package struct SentCredentials {
    /// The only `client_assertion_type` (RFC 7523 §2.2).
    static let assertionType: ExactString = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// The form parameter with that value.
    static let typeParameter = "client_assertion_type=\(assertionType.text)"

    /// A phrase for the `Authorization` header field with its scheme, if it was sent.
    private let authorization: String?
    private let hasSecret: Bool
    /// The name of the first assertion parameter that was sent, if any.
    private let assertionParameter: String?
    private let form: Form
    private let accepted: ClientAuthenticator.Methods

    init(_ form: Form, _ request: EndpointRequest, accepted: ClientAuthenticator.Methods) {
        self.form = form
        self.accepted = accepted
        authorization = request.authorization.map { _ in
            "the Authorization header" + (request.authorizationScheme.map { " (\($0))" } ?? "")
        }
        hasSecret = form.bytes("client_secret") != nil
        assertionParameter = ["client_assertion", "client_assertion_type"].first { form.bytes($0) != nil }
    }

    /// The message for more than one method.
    var tooManyMessage: String {
        let all = [authorization, hasSecret ? "client_secret" : nil, assertionParameter].compactMap(\.self)
        let first = all.dropLast().map { "by \($0)" }.joined(separator: ", ")
        return "The request authenticates the client in \(all.count == 2 ? "two" : "three") ways, \(first) and by "
            + "\(all.last ?? ""). \(whatToLeaveOut)"
    }

    private var whatToLeaveOut: String {
        guard assertionParameter != nil else {
            return accepted.assertions
                ? "Send client_assertion with its client_assertion_type instead of both."
                : "Send the secret in one of them."
        }
        let others = [authorization.map { _ in "the Authorization header" }, hasSecret ? "client_secret" : nil]
        return "Leave \(others.compactMap(\.self).joined(separator: " and ")) out."
    }

    /// Returns the message for an unsupported or damaged `client_assertion_type`.
    static func wrongTypeMessage(_ type: String) -> String {
        "client_assertion_type: expected \(assertionType.text); found \(quoted(type))."
            + (type.removingPercentEncoding == assertionType.text
                ? " It was percent-encoded twice: pass the plain text to the form encoder." : "")
    }

    /// The message for a type without an assertion.
    var missingAssertionMessage: String {
        "client_assertion_type was sent without client_assertion, or with an empty one."
            + (misnamed ?? " Send the signed JWT as client_assertion.")
    }

    /// The message for no method, or an unsupported one.
    var missingMessage: String {
        let tried: String
        switch (authorization, hasSecret) {
        case (let header?, _): tried = "T\(header.dropFirst()) does not authenticate a client here: leave it out. "
        case (nil, true): tried = "client_secret does not authenticate a client here: leave it out. "
        case (nil, false): tried = ""
        }
        return tried + howToAuthenticate
    }

    /// The same for every client: the text must not tell which one is registered for which method.
    private var howToAuthenticate: String {
        let assertion =
            "send client_assertion, a JWT signed with its private key, and \(Self.typeParameter)"
        let secret = "send its secret in the Authorization header (Basic) or as client_secret"
        switch (accepted.assertions, accepted.secrets) {
        case (true, true):
            return "The client must authenticate as it is registered. With private_key_jwt, \(assertion). With "
                + "client_secret_basic or client_secret_post, \(secret)." + (misnamed ?? "")
        case (false, true):
            return "The client must authenticate with client_secret_basic or client_secret_post: \(secret)."
        case (_, false):
            return "The client must authenticate with private_key_jwt: \(assertion)." + (misnamed ?? "")
        }
    }

    /// A hint about a JWT that was sent as another parameter.
    private var misnamed: String? {
        form.nameOfMisplacedJWT.map { " The parameter \(Self.quoted($0)) contains a JWT: send it as client_assertion." }
    }

    /// Quotes a caller's text in the characters that `error_description` allows.
    package static func quoted(_ text: String) -> String {
        "'\(errorDescriptionText(shortened(text, to: 128)))'"
    }
}
