extension Form {
    /// Parses the form of a request after the checks that all endpoints with a form share: content type, size, no repeated parameters,
    /// no credentials in the query.
    ///
    /// - Parameter keepsFirst: as for `init(parsing:encoding:keepsFirst:)`.
    /// - Throws: `OAuthError` `invalid_request` with the status 415, 413 or 400.
    package init(of request: EndpointRequest, keepsFirst: Bool = false) throws(OAuthError) {
        // Checked first: a request with all its parameters in the query has neither a body nor a content type.
        if let query = request.query { try Self.refuseCredentials(in: query, hasBody: !request.body.isEmpty) }
        let contentType = request.headers["Content-Type"]
        guard let encoding = contentType.flatMap(FormEncoding.init) else {
            throw OAuthError(
                .invalidRequest,
                "Content-Type: expected application/x-www-form-urlencoded, with charset UTF-8, US-ASCII, ISO-8859-1 or none; "
                    + "found \(contentType.map(SentCredentials.quoted) ?? "none"). Send the parameters as a form, "
                    + "name=value joined by &.",
                status: 415)
        }
        let body = try request.wholeBody()
        guard body.first != UInt8(ascii: "{") else {
            throw OAuthError(
                .invalidRequest,
                "The body is JSON although Content-Type says that it is a form. Send the parameters as a form, name=value joined by &."
            )
        }
        do {
            try self.init(parsing: body, encoding: encoding, keepsFirst: keepsFirst)
        } catch {
            throw OAuthError(.invalidRequest, error.message)
        }
    }

    /// Returns a parameter.
    ///
    /// - Throws: `OAuthError` `invalid_request` if it was not sent.
    func required(_ name: String) throws(OAuthError) -> String {
        guard let value = text(name) else {
            throw OAuthError(.invalidRequest, "The parameter \(name) is missing.")
        }
        return value
    }

    /// RFC 6749 §2.3.1 and RFC 7521 §4.2: credentials belong in the body, which does not appear in logs and referrers.
    ///
    /// - Parameter hasBody: without a body, `grant_type` in the query is a mistake too.
    static func refuseCredentials(in query: String, hasBody: Bool) throws(OAuthError) {
        let parameters: Form
        do {
            parameters = try Form(parsing: query.utf8)
        } catch {
            throw OAuthError(.invalidRequest, "The query string: \(error.message)")
        }
        let credentials = [
            "client_assertion", "client_assertion_type", "client_secret", "client_id", "code", "refresh_token",
            "password",
        ]
        let sent = credentials.filter { parameters.bytes($0) != nil }
        let hasGrant = parameters.bytes("grant_type") != nil && !(sent.isEmpty && hasBody)
        let names = (hasGrant ? ["grant_type"] : []) + sent
        guard let last = names.last else { return }
        guard names.count > 1 else {
            throw OAuthError(
                .invalidRequest, "The parameter \(last) was sent in the query string. Send it in the request body.")
        }
        throw OAuthError(
            .invalidRequest,
            "The parameters \(names.dropLast().joined(separator: ", ")) and \(last) were sent in the query string. Send them in the "
                + "request body.")
    }
}
