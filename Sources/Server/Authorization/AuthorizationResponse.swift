/// An authorization response (RFC 6749 §4.1.2, §4.1.2.1): a code or an error, with `state` as it was sent and the issuer, by which a
/// client of several servers notices an answer of the wrong one (RFC 9207).
struct AuthorizationResponse: Sendable {
    let destination: ResponseDestination
    let parameters: [(name: String, value: String)]

    init(code: String, to destination: ResponseDestination, issuer: String) {
        self.init([("code", code)], destination, issuer)
    }

    init(error: OAuthError, to destination: ResponseDestination, issuer: String) {
        self.init(
            [
                ("error", error.code.rawValue), ("error_description", OAuthError.printable(error.description)),
                ("error_uri", "\(issuer)/errors/\(error.code.rawValue)"),
            ], destination, issuer)
    }

    private init(
        _ parameters: [(name: String, value: String)], _ destination: ResponseDestination, _ issuer: String
    ) {
        self.destination = destination
        self.parameters = parameters + (destination.state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
    }

    /// Sends the person back to the client.
    func response(to request: EndpointRequest, _ pages: PageResponder, locales: String?) -> EndpointResponse {
        let uri = destination.redirectURI
        switch destination.mode {
        case .query:
            // RFC 6749 §3.1.2: a query that is registered stays as it is.
            let separator = uri.contains("?") ? "&" : "?"
            return PageResponder.redirect(to: uri + separator + FormWriter.encoded(parameters))
        case .formPost:
            let page = FormPostPage(
                action: uri, fields: parameters.map { HiddenField($0.name, $0.value) },
                client: ClientPresentation(destination.client, returnsTo: uri).name)
            return pages.response(.formPost(page), to: request, locales: locales, leadingTo: [uri])
        }
    }
}
