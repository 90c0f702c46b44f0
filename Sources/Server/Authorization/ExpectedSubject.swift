/// The person whom the client expects: by `id_token_hint`, an ID token that it was issued, expired or not (OpenID Connect Core §3.1.2.1),
/// or by demanded values of `sub` in the ID token (§5.5.1).
enum ExpectedSubject {
    /// - Returns: the values that `sub` may have; `nil` for any.
    /// - Throws: `login_required` if the two contradict each other, because no sign-in can satisfy both.
    static func check(
        _ form: Form, _ claims: ClaimsRequest, for client: ClientRecord, _ idTokens: IDTokens
    ) throws(OAuthError) -> Set<String>? {
        let demanded = claims.subjects.map { Set($0) }
        guard let hinted = try hint(form, for: client, idTokens) else { return demanded }
        guard demanded?.contains(hinted) ?? true else {
            throw OAuthError(.loginRequired, "id_token_hint names another person than claims demands.")
        }
        return [hinted]
    }

    /// - Returns: `sub` of the hint.
    private static func hint(
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
