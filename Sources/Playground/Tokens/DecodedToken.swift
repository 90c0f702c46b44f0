import CountersignClient

/// A JWT in its three parts, not verified.
struct DecodedToken: Sendable {
    let jws: CompactJWS
    let claims: JSONObject

    init?(_ token: String) {
        guard let jws = try? CompactJWS(parsing: Array(token.utf8)), let claims = try? JSONObject(parsing: jws.payload)
        else { return nil }
        self.jws = jws
        self.claims = claims
    }

    /// A header parameter or claim, and what it is for.
    struct Member {
        let name: String
        let value: String
        let meaning: String
    }

    func header(as kind: TokenKind) -> [Member] {
        jws.header.parameters.members.map { member in
            Member(
                name: member.name.text, value: Self.text(member.value),
                meaning: kind.meaning(ofParameter: member.name.text))
        }
    }

    func claims(as kind: TokenKind, at now: UnixTime) -> [Member] {
        claims.members.map { member in
            Member(
                name: member.name.text, value: Self.text(member.value),
                meaning: kind.meaning(of: member.name.text, member.value, at: now))
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text.text } else { value.render() }
    }
}

/// The kinds of JWT in the flow. The same claim means something else in each.
enum TokenKind: Sendable {
    case assertion
    case idToken
    case accessToken

    func meaning(ofParameter name: String) -> String {
        switch (name, self) {
        case ("alg", _): "How it is signed."
        case ("kid", .assertion): "Which of the client's registered keys verifies it."
        case ("kid", _): "Which of the server's published keys verifies it."
        case ("typ", .assertion): "What it is. An ID token or access token can never pass for it."
        case ("typ", .accessToken): "What it is: an access token of RFC 9068, never an ID token."
        case ("typ", .idToken): "What it is."
        case ("x5t", _), ("x5t#S256", _): "The certificate of the key that verifies it."
        default: "A further parameter."
        }
    }

    func meaning(of name: String, _ value: JSONValue, at now: UnixTime) -> String {
        switch name {
        case "exp": "Expires \(Self.time(value, now))."
        case "iat": "Made \(Self.time(value, now))."
        case "nbf": "Valid from \(Self.time(value, now))."
        case "auth_time": "The person signed in \(Self.time(value, now))."
        default: meaning(of: name)
        }
    }

    private func meaning(of name: String) -> String {
        switch (name, self) {
        case ("iss", .assertion), ("sub", .assertion): "The client: iss and sub are both present and the same."
        case ("iss", _): "The server that issued it."
        case ("sub", _): "The person: an identifier that never changes and is never reassigned."
        case ("aud", .assertion): "The server it is made for. Every other server must refuse it."
        case ("aud", .idToken): "The client it is made for. Every other client must refuse it."
        case ("aud", .accessToken): "The API it is made for."
        case ("jti", .assertion): "A number used once. The same assertion does not work again."
        case ("jti", _): "A name for this token, for logs and revocation."
        case ("nonce", _): "The value of the request, so that the token belongs to this sign-in."
        case ("at_hash", _): "Half of the access token's digest: the two were issued together."
        case ("azp", _): "The client that asked for it."
        case ("acr", _): "How well the person was authenticated."
        case ("amr", _): "By what: pwd is a password."
        case ("sid", _): "The person's session at the server, for logging out."
        case ("client_id", _): "The client that got it."
        case ("scope", _): "What it allows."
        case ("name", _), ("given_name", _), ("family_name", _), ("preferred_username", _), ("email", _), ("groups", _):
            "About the person."
        default: "A further claim."
        }
    }

    /// `at 14:33:06, in 58 seconds`, in UTC.
    private static func time(_ value: JSONValue, _ now: UnixTime) -> String {
        guard case .number(let number) = value, let time = UnixTime(numericDate: number.double) else {
            return "at a time that is not a number"
        }
        let clock = time.text.dropFirst(11).prefix(8)
        let difference = time - now
        let span = (difference < .zero ? .zero - difference : difference).text
        return "at \(clock) UTC, " + (difference < .zero ? "\(span) ago" : "in \(span)")
    }
}
