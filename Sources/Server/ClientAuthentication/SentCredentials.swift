import Countersign
import CountersignJOSE

/// The ways of authenticating that a request tries, for the errors that name them (RFC 6749 §2.3).
struct SentCredentials {
    /// The only `client_assertion_type` (RFC 7523 §2.2).
    static let assertionType: ExactString = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// As it stands in a form.
    static let typeParameter = "client_assertion_type=\(assertionType.text)"

    /// The `Authorization` header field and its scheme, if it was sent.
    private let authorization: String?
    private let hasSecret: Bool
    /// The parameter that belongs to an assertion, if there is one.
    private let assertionParameter: String?
    private let form: Form

    init(_ form: Form, _ request: EndpointRequest) {
        self.form = form
        authorization = request.authorization.map { _ in
            "the Authorization header" + (request.authorizationScheme.map { " (\($0))" } ?? "")
        }
        hasSecret = form.bytes("client_secret") != nil
        assertionParameter =
            form.bytes("client_assertion") != nil
            ? "client_assertion" : form.bytes("client_assertion_type") != nil ? "client_assertion_type" : nil
    }

    /// More than one way.
    var tooMany: String {
        let all = [authorization, hasSecret ? "client_secret" : nil, assertionParameter].compactMap(\.self)
        let first = all.dropLast().map { "by \($0)" }.joined(separator: ", ")
        return "The request authenticates the client in \(all.count == 2 ? "two" : "three") ways, \(first) and by "
            + "\(all.last ?? ""). \(whatToLeaveOut)"
    }

    private var whatToLeaveOut: String {
        guard assertionParameter != nil else {
            return "Send client_assertion with its client_assertion_type instead of both."
        }
        let others = [authorization.map { _ in "the Authorization header" }, hasSecret ? "client_secret" : nil]
        return "Leave \(others.compactMap(\.self).joined(separator: " and ")) out."
    }

    /// A type of another kind of assertion, or one that arrived damaged.
    static func otherType(_ type: String) -> String {
        "client_assertion_type: expected \(assertionType.text); found \(shown(type))."
            + (type.removingPercentEncoding == assertionType.text
                ? " It was percent-encoded twice: pass the plain text to the form encoder." : "")
    }

    /// A type without an assertion.
    var typeAlone: String {
        "client_assertion_type was sent without client_assertion, or with an empty one."
            + (misnamed ?? " Send the signed JWT as client_assertion.")
    }

    /// No way at all, or one that this server does not have.
    var none: String {
        let tried: String
        switch (authorization, hasSecret) {
        case (let header?, _): tried = "T\(header.dropFirst()) does not authenticate a client here: leave it out. "
        case (nil, true): tried = "client_secret does not authenticate a client here: leave it out. "
        case (nil, false): tried = ""
        }
        return tried
            + "The client must authenticate with private_key_jwt: send client_assertion, a JWT signed with its private "
            + "key, and \(Self.typeParameter)."
            + (misnamed ?? "")
    }

    /// A JWT that was sent under another name.
    private var misnamed: String? {
        form.nameOfJWT.map { " The parameter \(Self.shown($0)) holds a JWT: send it as client_assertion." }
    }

    /// Text that a caller wrote, in the characters of an `error_description`.
    static func shown(_ text: String) -> String {
        "'\(spelled(shortened(text, to: 128)))'"
    }
}
