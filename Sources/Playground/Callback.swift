import CountersignClient
import HTTP

/// The answer to an authorization request (RFC 6749 §4.1.2), as the browser brought it back.
struct Callback: Sendable {
    /// The code, if every check held.
    let code: String?
    let checks: [Check]
    /// `error` and `error_description`.
    let error: (code: String, description: String?)?
    let at: UnixTime

    /// - Parameter query: of the redirect URI.
    init(_ query: String, to request: AuthorizationRequest, of server: ServerEndpoints, at now: UnixTime) {
        let form = try? Form(parsing: query.utf8)
        var checks = [
            Check.equal(
                "state is the one that was sent", "RFC 6749 §10.12", expected: request.state,
                found: form?.text("state"))
        ]
        if server.sendsIssuer || form?.text("iss") != nil {
            checks.append(
                .equal("iss is the issuer", "RFC 9207 §2.4", expected: server.issuer, found: form?.text("iss")))
        } else {
            checks.append(.skipped("iss is the issuer", "RFC 9207 §2.4", because: "the server does not send it"))
        }
        let code = form?.text("code")
        error = form?.text("error").map { ($0, form?.text("error_description")) }
        if error == nil {
            checks.append(
                .that(
                    code != nil, "there is a code", "RFC 6749 §4.1.2", expected: "code",
                    found: code.map(Secret.masked) ?? "nothing"))
        }
        self.checks = checks
        self.code = error == nil && checks.allSatisfy { $0.outcome != .failed } ? code : nil
        at = now
    }

    /// Whether the answer belongs to the request. Another one changes nothing: anybody can make a browser open the redirect URI.
    var belongs: Bool { checks.first?.outcome == .held }
}
