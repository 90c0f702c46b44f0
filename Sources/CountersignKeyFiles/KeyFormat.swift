/// The format of a file, recognised by its content alone: file names and extensions say little.
public enum KeyFormat: Sendable, Hashable {
    /// One or more public keys.
    case `public`(PublicKind)
    /// A private key.
    case `private`(PrivateKind)
    /// Entries under names, protected by a password.
    case keyStore(StoreKind)
    /// A format that has to be converted first.
    case other(OtherKind)

    /// A format of public keys.
    public enum PublicKind: String, Sendable {
        /// RFC 5280 §4.1.2.7.
        case spki = "a public key"
        /// RFC 8017 appendix A.1.1.
        case pkcs1 = "an RSA public key (PKCS#1)"
        /// RFC 5280 §4.1.
        case certificate = "an X.509 certificate"
        /// RFC 7517 §4.
        case jwk = "a JWK"
        /// RFC 7517 §5.
        case jwkSet = "a JWK Set"
    }

    /// A format of a private key.
    public enum PrivateKind: String, Sendable {
        /// RFC 5958 §2.
        case pkcs8 = "a private key (PKCS#8)"
        /// RFC 8017 appendix A.1.2.
        case pkcs1 = "an RSA private key (PKCS#1)"
        /// RFC 5915 §3.
        case sec1 = "an EC private key (SEC1)"
        /// RFC 7517 §9.3, RFC 8037 §2.
        case jwk = "a private JWK"
        /// RFC 5958 §3, or the encryption of RFC 1421.
        case encrypted = "an encrypted private key"
        /// Written by `ssh-keygen`.
        case openSSH = "an OpenSSH private key"
        /// Written by `puttygen`.
        case puTTY = "a PuTTY private key"
    }

    /// A format of a key store.
    public enum StoreKind: String, Sendable {
        /// RFC 7292 §4.
        case pkcs12 = "a PKCS#12 key store"
        /// Java's own format, JKS.
        case jks = "a Java key store (JKS)"
        /// The format of Java's cryptography extension, JCEKS.
        case jceks = "a Java key store of the kind JCEKS"
    }

    /// A format that is recognised but not read.
    public enum OtherKind: String, Sendable {
        /// A line of `authorized_keys` (RFC 4253 §6.6).
        case openSSHPublicKey = "an OpenSSH public key"
        /// RFC 2986 §4.
        case certificateRequest = "a certificate request"
        /// RFC 5652 §5.
        case pkcs7 = "a PKCS#7 bundle"
    }

    /// The format as a noun phrase, for example "a JWK Set".
    public var phrase: String {
        switch self {
        case .public(let kind): kind.rawValue
        case .private(let kind): kind.rawValue
        case .keyStore(let kind): kind.rawValue
        case .other(let kind): kind.rawValue
        }
    }
}

extension KeyFormat {
    /// Recognises a DER structure by its outline: the kinds and the order of its elements, not their content.
    ///
    /// - Returns: `nil` if the bytes are not DER, or not in one of the outlines of keys.
    init?(structureOf der: [UInt8]) {
        guard let root = DERElement(der, .sequence) else { return nil }
        let children = root.firstElements(3)
        switch children.map(\.tag) {
        case [.sequence, .bitString]: self = .public(.spki)
        case [.sequence, .octetString]: self = .private(.encrypted)
        case [.sequence, .sequence, .bitString]:
            // A request has up to four elements: version, subject, key, attributes; a certificate has at least six.
            self =
                children[0].firstElements(5).count < 5 ? .other(.certificateRequest) : .public(.certificate)
        case [.integer, .integer]: self = .public(.pkcs1)
        case [.integer, .integer, .integer]: self = .private(.pkcs1)
        case [.integer, .sequence, .octetString]: self = .private(.pkcs8)
        case let start where start.starts(with: [.integer, .octetString]): self = .private(.sec1)
        case let start where start.starts(with: [.integer, .sequence]): self = .keyStore(.pkcs12)
        case let start where start.first == .objectIdentifier: self = .other(.pkcs7)
        default: return nil
        }
    }
}

extension KeyFormat.StoreKind {
    /// Recognises a key store by its first bytes, so that a truncated one is still named correctly.
    init?(startOf bytes: [UInt8]) {
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) {
            self = .jks
        } else if bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE]) {
            self = .jceks
        } else if Self.beginsLikePKCS12(bytes.prefix(64)) {
            self = .pkcs12
        } else {
            return nil
        }
    }

    /// RFC 7292 §4: a SEQUENCE of the version 3 and a content whose type begins with PKCS#7's arc, in DER or BER.
    private static func beginsLikePKCS12(_ bytes: ArraySlice<UInt8>) -> Bool {
        let pkcs7: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07]
        guard let content = inSequence(bytes), content.starts(with: [0x02, 0x01, 0x03]),
            let type = inSequence(content.dropFirst(3))
        else { return false }
        return type.starts(with: pkcs7)
    }

    /// The content of a SEQUENCE, whatever its length field says.
    private static func inSequence(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.first == 0x30, let length = bytes.dropFirst().first else { return nil }
        // X.690 §8.1.3: from 0x81 on, that many bytes of length follow; 0x80 marks an indefinite length.
        return bytes.dropFirst(length > 0x80 ? 2 + Int(length & 0x7F) : 2)
    }
}

extension DERElement {
    /// The elements inside, up to a count; an unreadable element ends the list.
    fileprivate func firstElements(_ count: Int) -> [DERElement] {
        var reader = elements
        var found: [DERElement] = []
        while found.count < count, let element = reader.next() { found.append(element) }
        return found
    }
}
