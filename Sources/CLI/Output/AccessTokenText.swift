import CountersignClient

/// The contents of an access token, for `token --claims`.
///
/// The token is not verified: it came directly from the server, and only a resource server must verify it (RFC 9068 §4).
struct AccessTokenText {
    let response: TokenResponse

    /// Header parameters and claims; `nil` for an opaque token.
    private var parts: (header: JSONObject, claims: JSONObject)? {
        let parts = response.accessToken.split(separator: ".", omittingEmptySubsequences: false)
            .map { Base64URL.decode(Array($0.utf8)[...]) }
        guard parts.count == 3, let first = parts[0], let second = parts[1],
            let header = try? JSONObject(parsing: first), let claims = try? JSONObject(parsing: second)
        else { return nil }
        return (header, claims)
    }

    /// Whom the token is for (RFC 9068 §2.2); `nil` for an opaque token.
    var audience: [String]? {
        switch parts?.claims["aud"] {
        case .string(let one)?: [one.text]
        case .array(let several)?: several.compactMap { if case .string(let one) = $0 { one.text } else { nil } }
        default: nil
        }
    }

    var text: String {
        guard let parts else {
            let text = "The access token is opaque: only the server that issued it can read it."
            let facts = response.object.members.filter { $0.name.text != "access_token" }
            return facts.isEmpty
                ? text : text + "\n" + FactTable.text(JSONObject(facts.map { ($0.name.text, $0.value) }))
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
        [
            "format": .string(parts == nil ? "opaque" : "jwt"), "header": .object(parts?.header) ?? .null,
            "claims": .object(parts?.claims) ?? .null,
        ]
    }
}
