/// A successful token response (RFC 6749 §5.1).
public struct TokenResponse: Sendable {
    /// `access_token`.
    public let accessToken: String
    /// `token_type`, for instance `Bearer`.
    public let tokenType: String
    /// `expires_in`, if the server sends it.
    public let lifetime: Duration?
    /// `scope`, if the server sends it.
    public let scope: String?
    /// The whole response.
    public let object: JSONObject

    /// Parses a response with any status.
    ///
    /// - Throws: ``TokenClientError/refused(_:)`` for an error of RFC 6749 §5.2, `.response` for a malformed response.
    init(_ answer: Connection.Answer, from url: String) throws(TokenClientError) {
        guard !(300..<400).contains(answer.status) else {
            throw .response(url: url, status: answer.status, detail: "a redirect is not followed")
        }
        let object: JSONObject
        do {
            object = try JSONObject(document: answer.body)
        } catch {
            throw .response(
                url: url, status: answer.status, detail: "the body is not a JSON object: \(error.phrase)")
        }
        func text(_ name: String) -> String? {
            guard case .string(let value)? = object[name] else { return nil }
            return value.text
        }
        guard answer.status == 200 else {
            guard let error = text("error") else {
                throw .response(url: url, status: answer.status, detail: "the body has no error member")
            }
            throw .refused(
                TokenClientError.Refusal(
                    status: answer.status, error: error, description: text("error_description"),
                    uri: text("error_uri"), reference: text("reference")))
        }
        guard let token = text("access_token"), !token.isEmpty, let type = text("token_type") else {
            throw .response(url: url, status: answer.status, detail: "the body lacks access_token or token_type")
        }
        // RFC 6749 appendix A.12: visible ASCII characters and spaces.
        guard token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .response(
                url: url, status: answer.status, detail: "access_token has characters that RFC 6749 does not allow")
        }
        switch object["expires_in"] {
        case nil: lifetime = nil
        case .number(let number)? where number.double >= 0 && number.double < 1e12:
            lifetime = .seconds(number.double)
        case .some:
            throw .response(url: url, status: answer.status, detail: "expires_in is not a number of seconds")
        }
        accessToken = token
        tokenType = type
        scope = text("scope")
        self.object = object
    }
}
