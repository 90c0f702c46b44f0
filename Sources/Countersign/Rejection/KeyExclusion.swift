/// The reason why a registered key is not tried on a signature (rules 7 and 12).
public enum KeyExclusion: Sendable, Equatable {
    /// Its type does not support the assertion's `alg`.
    case type(doesNotServe: SignatureAlgorithm)
    /// Its own `alg` is a different one.
    case algorithm(restrictedTo: SignatureAlgorithm)
    /// Its `use` is not `sig`.
    case use(ExactString)
    /// Its `key_ops` do not include `verify`.
    case operations
    /// It may not verify this signature for another reason.
    case other(String)
    /// Neither its `kid` nor one of its thumbprints is the `kid` that was sent.
    case keyID
    /// Its certificate's thumbprint is not the one that was sent.
    case certificate(CertificateThumbprint, registered: ExactString)
    /// It has been retired.
    case retired(since: UnixTime)
    /// It was revoked.
    case revoked(since: UnixTime)
}

/// The header parameters that name a certificate (RFC 7515 §4.1.7, §4.1.8).
public enum CertificateThumbprint: String, Sendable {
    case sha1 = "x5t"
    case sha256 = "x5t#S256"
}

/// The names of a key.
public struct KeyName: Sendable, Equatable {
    /// Its `kid`, if it has one.
    public let keyID: ExactString?
    /// Its RFC 7638 thumbprint.
    public let thumbprint: String
    /// The lengths of its signatures and of the one that was sent, if they differ.
    public let lengths: Lengths?

    /// The length of a key's signatures, and that of the signature sent.
    public struct Lengths: Sendable, Equatable {
        /// In bytes.
        public let expected, found: Int
    }

    package init(keyID: ExactString?, thumbprint: String, lengths: Lengths? = nil) {
        (self.keyID, self.thumbprint, self.lengths) = (keyID, thumbprint, lengths)
    }

    /// - Parameter jws: the JWS that the key was tried on.
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
    /// Its type.
    public let type: KeyType
    /// Its `kid`, if it has one.
    public let keyID: ExactString?
    /// Its RFC 7638 thumbprint.
    public let thumbprint: String
    /// The reason.
    public let exclusion: KeyExclusion

    package init(_ key: ClientKey, _ exclusion: KeyExclusion) {
        (type, keyID, thumbprint) = (key.jwk.key.type, key.jwk.keyID, key.thumbprint)
        self.exclusion = exclusion
    }
}

/// The length to which untrusted names are cut: eight keys and three hints fit into one line of the audit log.
private let nameLimit = 64

extension JOSEHeader {
    /// The algorithm and the hints to the key. `kid` is included even if it is absent, because clients should send it.
    var keyHints: String {
        var parts = ["alg \(algorithm.name)", "kid " + (keyID.map(named) ?? "absent")]
        if let sent = certificateThumbprintSHA1 { parts.append("x5t \(named(sent))") }
        if let sent = certificateThumbprintSHA256 { parts.append("x5t#S256 \(named(sent))") }
        return parts.joined(separator: ", ")
    }
}

extension ExcludedKey {
    /// The key by its names, and the reason.
    var text: String {
        let name = keyID.map(named) ?? "with thumbprint \(thumbprint)"
        // The thumbprint shows whether it is the same key under another name.
        let more = exclusion == .keyID && keyID != nil ? " (thumbprint \(thumbprint))" : ""
        return "\(type) \(name): \(exclusion.text)\(more)"
    }
}

extension KeyName {
    var text: String {
        (keyID.map { "\(named($0)) with thumbprint \(thumbprint)" } ?? "with thumbprint \(thumbprint)")
            + (lengths.map { " (whose signatures have \($0.expected) bytes, and this one has \($0.found))" } ?? "")
    }
}

extension KeyExclusion {
    var text: String {
        switch self {
        case .type(let algorithm): "does not serve \(algorithm.name)"
        case .algorithm(let own): "restricted to \(own.name)"
        case .use(let use): "its use is \(named(use)), not 'sig'"
        case .operations: "its key_ops do not include 'verify'"
        case .other(let reason): shortened(reason, to: nameLimit)
        case .keyID: "another kid"
        case .certificate(let parameter, let registered):
            "another certificate, whose \(parameter.rawValue) is \(named(registered))"
        case .retired(let since): "retired since \(since.text)"
        case .revoked(let since): "revoked since \(since.text)"
        }
    }
}

private func named(_ name: ExactString) -> String { "'\(shortened(name.text, to: nameLimit))'" }

extension NoMatchingKeyReason {
    /// Returns what the client's developer can do about the likeliest cause if every key was excluded.
    static func remedy(for header: JOSEHeader, _ excluded: [ExcludedKey]) -> String {
        if let key = identified(by: header, among: excluded) { return key.remedy }
        let inUse = excluded.filter { key in
            switch key.exclusion {
            case .retired, .revoked: false
            case .type, .algorithm, .use, .operations, .other, .keyID, .certificate: true
            }
        }
        if inUse.isEmpty {
            return "Have a new public key registered, and sign with that: the registered ones are out of use."
        }
        if inUse.contains(where: { $0.exclusion == .keyID }) {
            return
                "If the key is a registered one (compare thumbprints), send its kid; if it is new, have it registered."
        }
        let ofFittingType = inUse.first { if case .type = $0.exclusion { false } else { true } }
        if let ofFittingType { return ofFittingType.remedy }
        let types = KeyType.allCases.filter { type in inUse.contains { $0.type == type } }
        guard types.count > 1 else { return inUse.first?.remedy ?? "Have the public key registered." }
        let algorithms = SignatureAlgorithm.allCases.filter { algorithm in types.contains { $0.fits(algorithm) } }
        return "The registered keys are \(types.map(\.rawValue).joined(separator: ", ")), which sign "
            + "\(algorithms.map(\.name).joined(separator: ", ")): sign with one of them, or have your other key registered."
    }

    /// Returns the key that the header names, or without a `kid` the only excluded one.
    private static func identified(by header: JOSEHeader, among excluded: [ExcludedKey]) -> ExcludedKey? {
        if let id = header.keyID {
            return excluded.first { $0.keyID == id || $0.thumbprint == id.text }
        }
        return excluded.count == 1 ? excluded.first : nil
    }
}

extension ExcludedKey {
    /// What the client's developer can do if this is the key that signed.
    fileprivate var remedy: String {
        switch exclusion {
        case .type:
            "The registered key is \(type), which signs \(algorithms): sign with it, or have your other key registered."
        case .algorithm(let own):
            type.fits(own)
                ? "Sign with \(own.name), the one algorithm the registered key is restricted to, or have it registered "
                    + "without alg."
                : "Have the key registered again: its alg, \(own.name), is not one for its type."
        case .use: "Have the key registered with the use 'sig', or without use."
        case .operations: "Have the key registered with 'verify' in its key_ops, or without key_ops."
        case .other:
            "Have a key registered that may verify \(type.defaultAlgorithm.name) signatures, and sign with that."
        case .keyID:
            "If the key is a registered one (compare thumbprints), send its kid; if it is new, have it registered."
        case .certificate(let parameter, _):
            "If the key is the registered one, send the \(parameter.rawValue) of the registered certificate's DER (not its PEM text) "
                + "or leave it out; if it is new, have its certificate registered."
        case .retired: "This key has retired: sign with the key that replaced it, or have a new one registered."
        case .revoked: "This key was revoked: do not sign with it any more. Have a new one registered."
        }
    }

    private var algorithms: String {
        let names = SignatureAlgorithm.allCases.filter(type.fits).map(\.name)
        return names.count > 1 ? names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "") : names.joined()
    }
}
