import Countersign
import CountersignClient
import CountersignJOSE

/// What is inside an access token, for `token --claims`.
///
/// A look without a check: the token has just come from the server, and only a resource server has to verify it (RFC 9068 §4).
struct AccessTokenText {
    /// Header parameters and claims; `nil` for a token that only the server can read.
    private let parts: (header: JSONObject, claims: JSONObject)?
    private let response: TokenResponse

    init(_ response: TokenResponse) {
        self.response = response
        let parts = response.accessToken.split(separator: ".", omittingEmptySubsequences: false)
            .map { Base64URL.decode(Array($0.utf8)[...]) }
        guard parts.count == 3, let first = parts[0], let second = parts[1],
            let header = try? JSONObject(parsing: first),
            let claims = try? JSONObject(parsing: second)
        else {
            self.parts = nil
            return
        }
        self.parts = (header, claims)
    }

    /// As a person reads it.
    var text: String {
        guard let parts else {
            let facts = response.object.members.filter { $0.name.text != "access_token" }
            return
                (["The access token is opaque: only the server that issued it can read it."]
                + (facts.isEmpty ? [] : [FactTable.text(JSONObject(facts.map { ($0.name.text, $0.value) }))]))
                .joined(separator: "\n")
        }
        return """
            Header
            \(FactTable.text(parts.header))

            Claims
            \(FactTable.text(parts.claims))
            """
    }

    /// For programs; `header` and `claims` are `null` for an opaque token.
    var json: JSONObject {
        JSONObject([
            ("format", .string(parts == nil ? "opaque" : "jwt")), ("header", parts.map { .object($0.header) } ?? .null),
            ("claims", parts.map { .object($0.claims) } ?? .null),
        ])
    }
}
