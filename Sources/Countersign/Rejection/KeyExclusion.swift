import CountersignJOSE

/// The one thing that keeps a registered key from being tried on a signature (rules 7 and 12).
public enum KeyExclusion: Sendable, Equatable {
    /// Its type does not serve the `alg` of the assertion.
    case type(doesNotServe: SignatureAlgorithm)
    /// Its own `alg` is another.
    case algorithm(restrictedTo: SignatureAlgorithm)
    /// Its `use` is not `sig`.
    case use(ExactString)
    /// Its `key_ops` do not have `verify`.
    case operations
    /// It may not verify this signature for another reason.
    case other(String)
    /// It has a `kid`, and that is not the one sent; nor is one of its thumbprints.
    case keyID
    /// Its certificate has another thumbprint than the one sent.
    case certificate(CertificateThumbprint, registered: ExactString)
    /// Its retirement has come.
    case retired(since: UnixTime)
    /// It was revoked.
    case revoked(since: UnixTime)
}

/// The header parameters that name a certificate (RFC 7515 §4.1.7, §4.1.8).
public enum CertificateThumbprint: String, Sendable {
    case sha1 = "x5t"
    case sha256 = "x5t#S256"
}

/// The names a person knows a key by.
public struct KeyName: Sendable, Equatable {
    /// Its `kid`, where it has one.
    public let keyID: ExactString?
    /// Its RFC 7638 thumbprint.
    public let thumbprint: String
    /// The bytes of its signatures and of the one that was sent, where these differ.
    public let lengths: Lengths?

    /// How long the signatures of a key are, and how long one is that was not made with it.
    public struct Lengths: Sendable, Equatable {
        /// In bytes.
        public let expected, found: Int
    }

    package init(keyID: ExactString?, thumbprint: String, lengths: Lengths? = nil) {
        (self.keyID, self.thumbprint, self.lengths) = (keyID, thumbprint, lengths)
    }

    /// - Parameter jws: what the key was tried for.
    package init(_ key: ClientKey, triedFor jws: CompactJWS) {
        let expected = key.jwk.key.signatureLength(jws.header.algorithm)
        self.init(
            keyID: key.jwk.keyID, thumbprint: key.thumbprint,
            lengths: expected.flatMap { expected in
                expected == jws.signature.count ? nil : Lengths(expected: expected, found: jws.signature.count)
            })
    }
}

/// A registered key that was not tried, and why.
public struct ExcludedKey: Sendable, Equatable {
    /// What kind of key it is.
    public let type: KeyType
    /// Its `kid`, where it has one.
    public let keyID: ExactString?
    /// Its RFC 7638 thumbprint.
    public let thumbprint: String
    /// What excluded it.
    public let exclusion: KeyExclusion

    package init(_ key: ClientKey, _ exclusion: KeyExclusion) {
        (type, keyID, thumbprint) = (key.jwk.key.type, key.jwk.keyID, key.thumbprint)
        self.exclusion = exclusion
    }
}

/// What an assertion's header says about its key: the algorithm it has to serve, and the hints which key it is.
public struct SoughtKey: Sendable, Equatable {
    /// `alg`.
    public let algorithm: SignatureAlgorithm
    /// `kid`.
    public let keyID: ExactString?
    /// `x5t`.
    public let certificateThumbprintSHA1: ExactString?
    /// `x5t#S256`.
    public let certificateThumbprintSHA256: ExactString?

    package init(_ header: JOSEHeader) {
        algorithm = header.algorithm
        keyID = header.keyID
        certificateThumbprintSHA1 = header.certificateThumbprintSHA1
        certificateThumbprintSHA256 = header.certificateThumbprintSHA256
    }
}
