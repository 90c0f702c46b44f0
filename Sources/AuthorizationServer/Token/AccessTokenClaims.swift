import Countersign
import CountersignJOSE

/// What a JWT access token says (RFC 9068 §2.2).
struct AccessTokenClaims {
    let issuer: ExactString
    let audience: ExactString
    let client: ClientID
    let scope: Scope
    let issuedAt: UnixTime
    let lifetime: Duration
    let jti: ExactString

    var expiry: UnixTime { issuedAt + lifetime }

    /// RFC 9068 §2.2: where no person is involved, `sub` is the client.
    var object: JSONObject {
        var members: [(String, JSONValue)] = [
            ("iss", .string(issuer)), ("sub", .string(client.value)), ("aud", .string(audience)),
            ("client_id", .string(client.value)), ("iat", .number(JSONNumber(issuedAt.seconds))),
            ("exp", .number(JSONNumber(expiry.seconds))), ("jti", .string(jti)),
        ]
        if !scope.tokens.isEmpty { members.append(("scope", .string(ExactString(scope.description)))) }
        return JSONObject(members)
    }
}
