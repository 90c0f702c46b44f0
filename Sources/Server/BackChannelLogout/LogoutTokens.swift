/// An issuer of logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4).
struct LogoutTokens: Sendable {
    /// The lifetime of a token, which is signed when it is sent.
    static let lifetime: Duration = .seconds(120)
    /// The only member of `events`.
    static let event = "http://schemas.openid.net/event/backchannel-logout"

    private let issuer: String
    private let idTokens: IDTokens
    private let signer: JWTSigner

    init(issuer: String, idTokens: IDTokens, keys: ServerKeys) {
        self.issuer = issuer
        self.idTokens = idTokens
        signer = keys.signer(for: .logoutToken)
    }

    /// Issues the token of one attempt to deliver a notice.
    ///
    /// `sub` and `sid` are those of the client's ID tokens. It has no `nonce`, so that it is never taken for an ID token.
    ///
    /// - Returns: the JWT in ASCII.
    /// - Throws: `OAuthError` `temporarily_unavailable` if the token cannot be signed.
    func issue(
        about notice: LogoutNoticeRecord, to client: ClientRecord, at now: UnixTime
    ) throws(OAuthError) -> [UInt8] {
        var token = JSONObjectWriter(capacity: 512)
        token.member("iss", issuer)
        token.member("sub", idTokens.subject(of: notice.user, for: client))
        token.member("aud", client.id.text)
        token.member("iat", now.seconds)
        token.member("exp", (now + Self.lifetime).seconds)
        token.member("jti", Base64URL.encode(RandomBytes.make(16)))
        token.member("events", .object([Self.event: .object([:])]))
        token.member("sid", idTokens.sessionID(notice.session, for: client))
        return try signer.sign(token.finished(), with: client.signIn.idTokenAlgorithm ?? IDTokens.defaultAlgorithm)
    }
}
