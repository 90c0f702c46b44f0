/// The parameters of a logout request (OpenID Connect RP-Initiated Logout 1.0 §2), and the client that proved it may make one.
struct LogoutRequest: Sendable {
    private static let names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"]

    /// The parameters as sent, for a form or a URL that repeats the request.
    let parameters: [(name: String, value: String)]
    /// The client to which this server issued the ID token of the hint, registered or not; `nil` without a hint of this server.
    let hintClient: ClientID?
    /// A client and the person for whom this server issued it an ID token; `nil` without a valid hint.
    let proof: Proof?
    /// `post_logout_redirect_uri` with `state`, if that client registered exactly this one: the only place a browser is sent to.
    let destination: String?
    /// What is wrong with the request, for the client's developers. If the hint is valid and only the URI is wrong, the session ends all the
    /// same; without a valid hint the person is asked and may stay.
    let fault: OAuthError?

    /// Whether a browser whose session has not just ended may be sent there.
    var maySendUnseen: Bool {
        guard let destination, let proof else { return false }
        return proof.client.maySendUnseen(to: destination)
    }

    struct Proof: Sendable {
        let client: ClientRecord
        let hint: IDTokenHint
    }

    /// - Throws: `OAuthError` if the clients cannot be read.
    init(_ form: Form, _ services: PageServices) async throws(OAuthError) {
        parameters = Self.parameters(form)
        let hint = form.text("id_token_hint").flatMap { services.idTokens.hint($0) }
        hintClient = hint.flatMap { Self.client(of: $0, form) }
        var proof: Proof?
        var destination: String?
        var fault: OAuthError?
        switch try await Self.proof(form, hint, of: hintClient, services) {
        case .success(let found):
            proof = found
            switch found.map({ Self.destination(form, of: $0.client) }) ?? .success(nil) {
            case .success(let uri): destination = uri
            case .failure(let error): fault = error
            }
        case .failure(let error): fault = error
        }
        (self.proof, self.destination, self.fault) = (proof, destination, fault)
    }

    static func parameters(_ form: Form) -> [(name: String, value: String)] {
        names.compactMap { name in form.text(name).map { (name, $0) } }
    }

    /// Whether the person who is signed in is the one that the client's ID token is about: in this session, or in an earlier one of theirs.
    func isAbout(_ current: SignedInUser, _ idTokens: IDTokens) -> Bool {
        guard let proof else { return false }
        return proof.hint.session == idTokens.sessionID(current.session.id, for: proof.client)
            || proof.hint.subject == idTokens.subject(of: current.user.id, for: proof.client)
    }

    /// - Returns: `client_id` if the ID token was issued to it, otherwise the first that it was issued to.
    private static func client(of hint: IDTokenHint, _ form: Form) -> ClientID? {
        let named = form.text("client_id").map { ClientID($0) }
        return hint.clients.first { $0 == named } ?? hint.clients.first
    }

    /// An expired ID token is a valid hint (§4): sessions last longer. One that was issued to another client is not.
    ///
    /// - Returns: `nil` without a hint. No client is looked up then, because a caller who proves nothing could name any.
    private static func proof(
        _ form: Form, _ hint: IDTokenHint?, of id: ClientID?, _ services: PageServices
    ) async throws(OAuthError) -> Result<Proof?, OAuthError> {
        guard form.text("id_token_hint") != nil else {
            guard form.text("post_logout_redirect_uri") == nil else {
                return fault(
                    "post_logout_redirect_uri was sent without id_token_hint. Send an ID token of the person with it.")
            }
            return .success(nil)
        }
        guard let hint, let id else {
            return fault(
                "id_token_hint is not an ID token that this server has signed with one of its published keys. Send the last one "
                    + "that the client got; expired ones are accepted.")
        }
        if let named = form.text("client_id"), ClientID(named) != id {
            return fault(
                "id_token_hint was issued to another client than client_id \(SentCredentials.quoted(named)). Send the "
                    + "client's own ID token, or leave client_id out.")
        }
        let found = try await services.runtime.storing { () async throws(StoreUnavailable) in
            try await services.clients.record(of: id)
        }
        guard let client = found, client.isEnabled else {
            return fault(
                "The client \(SentCredentials.quoted(id.text)) of id_token_hint is not registered any more, or it is "
                    + "disabled.")
        }
        return .success(Proof(client: client, hint: hint))
    }

    /// §3: compared exactly. `state` comes back unchanged, and nothing else is added.
    private static func destination(_ form: Form, of client: ClientRecord) -> Result<String?, OAuthError> {
        guard let uri = form.text("post_logout_redirect_uri") else { return .success(nil) }
        guard client.signIn.postLogoutRedirectURIs.contains(where: { $0.utf8.elementsEqual(uri.utf8) }),
            RedirectURIParts.fault(in: uri) == nil
        else {
            return fault(
                "post_logout_redirect_uri: \(SentCredentials.quoted(uri)) is not registered for this client. The URIs are compared "
                    + "exactly; ask the server's operator to add it, or correct the client's configuration.")
        }
        guard let state = form.text("state") else { return .success(uri) }
        return .success(uri + (uri.contains("?") ? "&" : "?") + FormWriter.encoded([("state", state)]))
    }

    private static func fault<Value>(_ detail: String) -> Result<Value, OAuthError> {
        .failure(OAuthError(.invalidRequest, detail))
    }
}
