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
    init(_ response: Connection.Response, from url: String) throws(TokenClientError) {
        func malformed(_ detail: String) -> TokenClientError {
            .response(url: url, status: response.status, detail: detail)
        }
        guard !(300..<400).contains(response.status) else { throw malformed("a redirect is not followed") }
        do {
            object = try JSONObject(document: response.body)
        } catch {
            throw malformed("the body is not a JSON object: \(error.phrase)")
        }
        guard response.status == 200 else {
            guard let error = object.string("error")?.text else { throw malformed("the body has no error member") }
            throw .refused(
                TokenClientError.Refusal(
                    status: response.status, error: error, description: object.string("error_description")?.text,
                    uri: object.string("error_uri")?.text, reference: object.string("reference")?.text))
        }
        guard let token = object.string("access_token")?.text, !token.isEmpty,
            let type = object.string("token_type")?.text
        else { throw malformed("the body lacks access_token or token_type") }
        // RFC 6749 appendix A.12: visible ASCII characters and spaces.
        guard token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw malformed("access_token has characters that RFC 6749 does not allow")
        }
        switch object["expires_in"] {
        case nil: lifetime = nil
        case .number(let number)? where number.double >= 0 && number.double < 1e12:
            lifetime = .seconds(number.double)
        case .some: throw malformed("expires_in is not a number of seconds")
        }
        accessToken = token
        tokenType = type
        scope = object.string("scope")?.text
    }
}
