/// The parameters of a logout request (OpenID Connect RP-Initiated Logout 1.0 §2), and the client that proved it may make one.
struct LogoutRequest: Sendable {
    private static let names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"]

    /// The parameters as sent, for a form or a URL that repeats the request.
    let parameters: [(name: String, value: String)]
    /// A client and the person for whom this server issued it an ID token; `nil` without a valid hint.
    let proof: Proof?
    /// `post_logout_redirect_uri` with `state`, if that client registered exactly this one: the only place a browser is sent to.
    let destination: String?

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
        proof = try await Self.proof(form, services)
        destination = Self.destination(form, of: proof?.client)
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

    /// An expired ID token is a valid hint (§4): sessions last longer. One that was issued to another client is not.
    private static func proof(
        _ form: Form, _ services: PageServices
    ) async throws(OAuthError) -> Proof? {
        guard let text = form.text("id_token_hint"), let hint = services.idTokens.hint(text),
            let first = hint.clients.first
        else { return nil }
        let id = form.text("client_id").map { ClientID($0) } ?? first
        guard hint.clients.contains(id) else { return nil }
        let found = try await services.runtime.storing { () async throws(StoreUnavailable) in
            try await services.clients.record(of: id)
        }
        guard let client = found, client.isEnabled else { return nil }
        return Proof(client: client, hint: hint)
    }

    /// §3: compared exactly. `state` comes back unchanged, and nothing else is added.
    private static func destination(_ form: Form, of client: ClientRecord?) -> String? {
        guard let uri = form.text("post_logout_redirect_uri"), let client,
            client.signIn.postLogoutRedirectURIs.contains(where: { $0.utf8.elementsEqual(uri.utf8) }),
            RedirectURIParts.fault(in: uri) == nil
        else { return nil }
        guard let state = form.text("state") else { return uri }
        return uri + (uri.contains("?") ? "&" : "?") + FormWriter.encoded([("state", state)])
    }
}
