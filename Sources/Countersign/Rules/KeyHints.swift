/// The header parameters that identify a key. They only select among registered keys (rule 7).
///
/// The header is a parameter of each call, because storing it would cost every request a copy.
struct KeyHints {
    /// Decoded once, and only if comparing the undecoded values is not conclusive.
    private var digests: Digests?

    private struct Digests {
        let keyID: [UInt8]?
        let sha1: [UInt8]?
        let sha256: [UInt8]?

        init(_ header: JOSEHeader) {
            keyID = header.keyID.flatMap(SentThumbprint.decode)
            sha1 = header.certificateThumbprintSHA1.flatMap(SentThumbprint.decode)
            sha256 = header.certificateThumbprintSHA256.flatMap(SentThumbprint.decode)
        }
    }

    /// Returns the reason why a registered key is not tried; `nil` if it is a candidate.
    mutating func exclusion(of key: ClientKey, for header: JOSEHeader, at now: UnixTime) -> KeyExclusion? {
        // Retirement and revocation are reported before any other reason.
        key.availability.exclusion(at: now) ?? restriction(on: key.jwk, header.algorithm)
            ?? mismatch(with: key, header)
    }

    /// Returns whether the header's `kid` is the key's own or one of its thumbprints.
    mutating func names(_ key: ClientKey, in header: JOSEHeader) -> Bool {
        guard let sent = header.keyID else { return false }
        return sent == key.jwk.keyID || key.hasThumbprint(decoded(header).keyID)
    }

    /// RFC 7517 §4.2 to §4.4: the key's own restrictions.
    private func restriction(on jwk: JWK, _ algorithm: SignatureAlgorithm) -> KeyExclusion? {
        guard jwk.key.type.fits(algorithm) else { return .type(doesNotServe: algorithm) }
        if let own = jwk.algorithm, own != algorithm { return .algorithm(restrictedTo: own) }
        if let use = jwk.use, use != "sig" { return .use(use) }
        if let operations = jwk.operations, !operations.contains("verify") { return .operations }
        return jwk.verificationProblem(with: algorithm).map { .other($0.phrase) }
    }

    /// Returns the first hint in the header that contradicts the registered key.
    private mutating func mismatch(with key: ClientKey, _ header: JOSEHeader) -> KeyExclusion? {
        if let sent = header.keyID, let own = key.jwk.keyID, sent != own,
            !key.hasThumbprint(decoded(header).keyID)
        {
            return .keyID
        }
        guard let certificate = key.certificate else { return nil }
        if let sent = header.certificateThumbprintSHA256, sent != certificate.thumbprintSHA256,
            !key.hasCertificateThumbprint(decoded(header).sha256)
        {
            return .certificate(.sha256, registered: certificate.thumbprintSHA256)
        }
        if let sent = header.certificateThumbprintSHA1, sent != certificate.thumbprintSHA1,
            !key.hasCertificateThumbprint(decoded(header).sha1)
        {
            return .certificate(.sha1, registered: certificate.thumbprintSHA1)
        }
        return nil
    }

    private mutating func decoded(_ header: JOSEHeader) -> Digests {
        if let digests { return digests }
        let decoded = Digests(header)
        digests = decoded
        return decoded
    }
}

extension ClientKey {
    /// Returns whether a digest is the key's RFC 7638 thumbprint or one of its certificate's thumbprints.
    fileprivate func hasThumbprint(_ digest: [UInt8]?) -> Bool {
        digest != nil && (digest == thumbprintDigest || hasCertificateThumbprint(digest))
    }

    fileprivate func hasCertificateThumbprint(_ digest: [UInt8]?) -> Bool {
        digest.map(certificateDigests.contains) ?? false
    }
}
