import CountersignJOSE

/// What a header says about the key it was signed with. It chooses among registered keys and does nothing else (rule 7).
struct KeyHints {
    private let header: JOSEHeader
    // Decoded once, and only where a comparison of the bytes as sent does not decide.
    private lazy var keyIDDigest = header.keyID.flatMap(SentThumbprint.decode)
    private lazy var sha1Digest = header.certificateThumbprintSHA1.flatMap(SentThumbprint.decode)
    private lazy var sha256Digest = header.certificateThumbprintSHA256.flatMap(SentThumbprint.decode)

    init(_ header: JOSEHeader) {
        self.header = header
    }

    /// The one thing that keeps a registered key from being tried; `nil` where nothing does.
    mutating func exclusion(of key: ClientKey, at now: UnixTime) -> KeyExclusion? {
        restriction(on: key.jwk) ?? mismatch(with: key) ?? unavailability(of: key, at: now)
    }

    /// RFC 7517 §4.2 to §4.4: what the key itself is not for.
    private func restriction(on jwk: JWK) -> KeyExclusion? {
        guard jwk.key.fits(header.algorithm) else { return .type(doesNotServe: header.algorithm) }
        if let own = jwk.algorithm, own != header.algorithm { return .algorithm(restrictedTo: own) }
        if let use = jwk.use, use != "sig" { return .use(use) }
        if let operations = jwk.operations, !operations.contains("verify") { return .operations }
        return jwk.refusal(ofVerificationWith: header.algorithm).map { .other($0.explanation) }
    }

    /// Where both sides have a hint, it points at this key.
    private mutating func mismatch(with key: ClientKey) -> KeyExclusion? {
        if let sent = header.keyID, let own = key.jwk.keyID, sent != own, !key.hasThumbprint(keyIDDigest) {
            return .keyID
        }
        guard let certificate = key.certificate else { return nil }
        if let sent = header.certificateThumbprintSHA256, sent != certificate.thumbprintSHA256,
            !key.hasCertificateThumbprint(sha256Digest)
        {
            return .certificate(.sha256, registered: certificate.thumbprintSHA256)
        }
        if let sent = header.certificateThumbprintSHA1, sent != certificate.thumbprintSHA1,
            !key.hasCertificateThumbprint(sha1Digest)
        {
            return .certificate(.sha1, registered: certificate.thumbprintSHA1)
        }
        return nil
    }

    private func unavailability(of key: ClientKey, at now: UnixTime) -> KeyExclusion? {
        switch key.availability {
        case .active: nil
        case .retiring(let end): now < end ? nil : .retired(since: end)
        case .revoked(let since): .revoked(since: since)
        }
    }
}

extension ClientKey {
    /// Whether a digest is the key's RFC 7638 thumbprint or a thumbprint of its certificate.
    fileprivate func hasThumbprint(_ digest: [UInt8]?) -> Bool {
        digest != nil && (digest == thumbprintDigest || hasCertificateThumbprint(digest))
    }

    fileprivate func hasCertificateThumbprint(_ digest: [UInt8]?) -> Bool {
        digest.map(certificateDigests.contains) ?? false
    }
}
