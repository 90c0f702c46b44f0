import Crypto

/// The rotation rule for a used refresh token (RFC 9700 §4.14.2).
///
/// Public clients get a new one at each use, and the reuse of an old one revokes the grant: one of two holders is a thief. Tokens of
/// clients that authenticate are useless to a thief and stay as they are, unless the client asks for rotation; it may then repeat a
/// request whose answer was lost.
struct TokenRotation {
    private let token: String
    private let record: RefreshTokenRecord
    private let grant: AuthorizationGrantRecord
    private let client: AuthenticatedClient
    private let services: TokenServices

    init(
        _ token: String, _ record: RefreshTokenRecord, _ grant: AuthorizationGrantRecord,
        _ client: AuthenticatedClient, _ services: TokenServices
    ) {
        self.token = token
        self.record = record
        self.grant = grant
        self.client = client
        self.services = services
    }

    private var isNeeded: Bool { client.isPublic || client.record.signIn.rotatesRefreshTokens == true }

    /// Checks that a replaced token is only the repetition of a request whose answer was lost.
    ///
    /// - Throws: `OAuthError` `invalid_grant` otherwise; the grant is then revoked.
    func checkReuse(at now: UnixTime) async throws(OAuthError) {
        if record.replacedAt != nil { _ = try await repeated(record, at: now) }
    }

    /// Returns the refresh token that takes the used one's place; `nil` if that stays as it is.
    ///
    /// - Throws: `OAuthError` `invalid_grant` if the token was replaced before.
    func successor(at now: UnixTime) async throws(OAuthError) -> String? {
        if record.replacedAt != nil { return try await repeated(record, at: now) }
        guard isNeeded else { return nil }
        let secret = GrantSecret.generate(.refreshToken, of: grant.id)
        guard let sealed = SuccessorSeal(token).seal(secret.text) else {
            throw OAuthError(.temporarilyUnavailable, "The server could not seal a token.")
        }
        let rotation = try await services.runtime.storing { () async throws(StoreError) in
            try await services.grants.rotate(
                GrantSecretDigest(grant: grant.id, digest: record.digest),
                to: RefreshTokenRecord(digest: secret.digest.digest, expiresAt: record.expiresAt),
                sealedSuccessor: sealed, at: now)
        }
        switch rotation {
        case .rotated: return secret.text
        case .replacedBefore(let record): return try await repeated(record, at: now)
        case .ended: throw GrantedTokens.ended
        }
    }

    /// Returns the successor again if the client may repeat its request; otherwise revokes the grant.
    private func repeated(_ record: RefreshTokenRecord, at now: UnixTime) async throws(OAuthError) -> String {
        if !client.isPublic, let replacedAt = record.replacedAt, now < replacedAt + RefreshTokenGrant.repetitionLimit,
            let sealed = record.sealedSuccessor, let successor = SuccessorSeal(token).open(sealed)
        {
            return successor
        }
        try await services.runtime.storing { () async throws(StoreError) in
            _ = try await services.grants.revoke(grant.id, at: now)
        }
        throw OAuthError(
            .invalidGrant,
            "The refresh token was replaced before: it may have been stolen, so all tokens of the grant are revoked now "
                + "(RFC 9700 section 4.14.2). Begin a new authorization request.")
    }
}

/// The encryption of a refresh token's successor. Its key is derived from the refresh token, of which the store keeps only a digest, so
/// the store alone cannot open it.
private struct SuccessorSeal {
    private let key: SymmetricKey

    init(_ token: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(token.utf8)),
            info: Array("countersign/refresh-token-successor/1".utf8), outputByteCount: 32)
    }

    func seal(_ successor: String) -> [UInt8]? {
        (try? AES.GCM.seal(Array(successor.utf8), using: key))?.combined.map { Array($0) }
    }

    func open(_ sealed: [UInt8]) -> String? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed), let text = try? AES.GCM.open(box, using: key)
        else { return nil }
        return String(validating: text, as: UTF8.self)
    }
}
