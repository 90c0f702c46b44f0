/// `id_token_hint` (OpenID Connect Core §3.1.2.1): the person whom the client expects, by an ID token that it was issued, expired or not.
enum HintedSubject {
    /// - Returns: `sub` of the token.
    static func check(
        _ form: Form, for client: ClientRecord, _ idTokens: IDTokens
    ) throws(OAuthError) -> String? {
        guard let text = try form.limited("id_token_hint", to: IDTokens.maximumHintLength) else { return nil }
        guard let hint = idTokens.hint(text) else {
            throw OAuthError(.invalidRequest, "id_token_hint: expected an ID token of this server.")
        }
        // Another client's token could tell this one whether the same person is signed in.
        guard hint.clients.contains(client.id) else {
            throw OAuthError(.invalidRequest, "id_token_hint: the ID token was issued to another client.")
        }
        return hint.subject
    }
}
