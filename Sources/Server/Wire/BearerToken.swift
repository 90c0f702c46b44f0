/// An access token in a request to a protected resource (RFC 6750 §2).
package enum BearerToken {
    /// Returns the token of a request: in the header field, or in the form of a POST.
    ///
    /// - Parameter readsForm: `false` for an endpoint whose body is not a form.
    /// - Returns: `nil` if there is none.
    /// - Throws: `OAuthError` `invalid_request` for two tokens, or one in the query, where logs would keep it (§5.3).
    package static func sent(in request: EndpointRequest, readsForm: Bool = true) throws(OAuthError) -> String? {
        if let query = request.query, (try? Form(parsing: query.utf8))?.bytes("access_token") != nil {
            throw OAuthError(
                .invalidRequest,
                "The access token was sent in the query string. Send it in the header field Authorization: Bearer.")
        }
        let ofHeader = try header(request)
        let ofForm = readsForm ? try form(request) : nil
        guard ofHeader == nil || ofForm == nil else {
            throw OAuthError(
                .invalidRequest, "The request has two access tokens. Send one, in the Authorization header.")
        }
        return ofHeader ?? ofForm
    }

    /// RFC 9110 §11.1: the scheme is case-insensitive.
    private static func header(_ request: EndpointRequest) throws(OAuthError) -> String? {
        guard let field = request.authorization else { return nil }
        guard request.authorizationScheme?[...].utf8.equalsIgnoringCase("Bearer") == true else { return nil }
        let token = field.utf8.drop { $0 != 0x20 }.drop { $0 == 0x20 }
        // RFC 6750 §2.1: b64token, which also refuses the list that two header fields become.
        guard !token.isEmpty, token.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }) else {
            throw OAuthError(.invalidRequest, "Authorization: expected Bearer, a space and one access token.")
        }
        return String(decoding: token, as: UTF8.self)
    }

    /// RFC 6750 §2.2. An empty body is not an error, whatever its content type.
    private static func form(_ request: EndpointRequest) throws(OAuthError) -> String? {
        guard request.method == "POST", !request.body.isEmpty else { return nil }
        return try Form(of: request).text("access_token")
    }
}

extension OAuthError {
    /// Renders the response of a protected resource (RFC 6750 §3).
    ///
    /// - Parameter isAboutToken: `false` if the request had no token: the challenge then has no error code (§3.1).
    func bearerResponse(issuer: String, isAboutToken: Bool = true) -> EndpointResponse {
        var response = response(issuer: issuer)
        var challenge = "Bearer realm=\"\(issuer)\""
        if isAboutToken {
            challenge += ", error=\"\(code.rawValue)\", error_description=\"\(Self.printable(description))\""
            if code == .insufficientScope { challenge += ", scope=\"openid\"" }
        }
        if code != .temporarilyUnavailable { response.headers.append("WWW-Authenticate", challenge) }
        return response
    }
}
