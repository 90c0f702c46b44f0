/// The redirect URI, response mode and state of an authorization response.
struct ResponseDestination: Sendable {
    let client: ClientRecord
    /// One that the client is registered with.
    let redirectURI: String
    /// Whether the request had `redirect_uri`, so that the token request must have it too (RFC 6749 §4.1.3).
    let hasRedirectURI: Bool
    let mode: ResponseMode
    /// `state`, which every response returns unchanged.
    let state: String?

    /// RFC 6749 §3.1.2.3, §3.1.2.4: an unregistered, invalid or missing redirect URI is never followed.
    ///
    /// - Throws: `OAuthError` for a page.
    init(_ form: Form, of client: ClientRecord) throws(OAuthError) {
        self.client = client
        (redirectURI, hasRedirectURI) = try Self.redirectURI(form, of: client)
        // Errors in these two parameters are reported to the client as well, by the default mode or without the state.
        mode = (try? ResponseMode.requested(in: form)) ?? .query
        state = (try? Self.checkedState(form)) ?? nil
    }

    private static func redirectURI(
        _ form: Form, of client: ClientRecord
    ) throws(OAuthError) -> (uri: String, isSent: Bool) {
        let registered = client.signIn.redirectURIs
        guard let sent = form.text("redirect_uri") else {
            guard registered.count == 1, RedirectURI.isAllowed(registered[0], by: registered, isPublic: false) else {
                throw OAuthError(
                    .invalidRequest,
                    registered.isEmpty
                        ? "The client has no registered redirect URI. Ask the server's operator to add it."
                        : "redirect_uri is missing. Send one of those that the client is registered with.")
            }
            // The person has seen a page that names the redirect URI.
            let shown = form.text(AuthorizationTicket.defaultRedirectURI)
            guard shown.map({ ExactString($0) == ExactString(registered[0]) }) ?? true else {
                throw OAuthError(
                    .invalidRequest,
                    "The client has changed its redirect URI since the page was opened. Go back to the application and begin again."
                )
            }
            return (registered[0], false)
        }
        guard RedirectURI.isAllowed(sent, by: registered, isPublic: client.isPublic) else {
            throw OAuthError(
                .invalidRequest,
                "redirect_uri: \(SentCredentials.quoted(sent)) is not registered for this client. Redirect URIs are compared exactly; "
                    + "ask the server's operator to add it, or correct the client's configuration.")
        }
        return (sent, true)
    }

    /// The client and redirect URI, as pages show them.
    func presentation(at urls: ServerURLs) -> ClientPresentation {
        ClientPresentation(client, returnsTo: redirectURI, allowsHTTPOnLoopback: urls.isPlainLoopback)
    }

    /// The longest `state`, in bytes.
    static let maximumStateLength = 4096

    static func checkedState(_ form: Form) throws(OAuthError) -> String? {
        try form.limited("state", to: maximumStateLength)
    }
}

extension ClientRecord {
    /// Whether the client cannot authenticate (RFC 6749 §2.1).
    var isPublic: Bool { authenticationMethod == .none }
}

extension Form {
    /// Returns a parameter of limited length, in bytes.
    func limited(_ name: String, to length: Int) throws(OAuthError) -> String? {
        guard let value = text(name) else { return nil }
        guard value.utf8.count <= length else {
            throw OAuthError(.invalidRequest, "\(name) is longer than \(length) bytes.")
        }
        return value
    }
}
