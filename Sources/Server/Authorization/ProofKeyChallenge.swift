/// `code_challenge` (RFC 7636 §4.3): a client that sends it proves at the token endpoint that it began the request. Only S256 is
/// accepted, because a `plain` challenge is the proof itself, and can be read where the request can (RFC 9700 §2.1.1).
enum ProofKeyChallenge {
    /// - Parameter isRequired: whether the server demands it of clients without a choice of their own. Of public clients it is always
    ///   demanded.
    static func check(
        _ form: Form, for client: ClientRecord, isRequired: Bool
    ) throws(OAuthError) -> String? {
        let method = form.text("code_challenge_method")
        guard let challenge = form.text("code_challenge") else {
            guard method == nil else {
                throw OAuthError(.invalidRequest, "code_challenge_method was sent without code_challenge.")
            }
            guard !client.isPublic, !(client.signIn.requiresProofKey ?? isRequired) else {
                throw OAuthError(
                    .invalidRequest,
                    "code_challenge is missing. The client must use PKCE with the method S256 (RFC 7636).")
            }
            return nil
        }
        guard method == "S256" else {
            throw OAuthError(
                .invalidRequest,
                "code_challenge_method: expected S256; found \(method.map(SentCredentials.quoted) ?? "none, which means plain")."
            )
        }
        guard ProofKey.isChallenge(challenge) else {
            throw OAuthError(
                .invalidRequest,
                "code_challenge: expected 43 characters, the SHA-256 of the verifier in base64url; found \(challenge.utf8.count) "
                    + "bytes that are not.")
        }
        return challenge
    }
}
