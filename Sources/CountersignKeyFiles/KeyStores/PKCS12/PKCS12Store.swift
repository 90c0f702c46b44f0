import SwiftASN1

/// The outer structure of a PKCS#12 file (RFC 7292 §4): its integrity check and its safes, still encrypted.
struct PKCS12Store {
    static let maximumSafes = 64

    /// One part of the store (RFC 7292 §4.1).
    enum Safe {
        /// Unencrypted bags.
        case plain([UInt8])
        /// Encrypted bags.
        case encrypted(PasswordBasedEncryption, [UInt8])

        var encryption: PasswordBasedEncryption? {
            switch self {
            case .plain: nil
            case .encrypted(let encryption, _): encryption
            }
        }
    }

    /// The content that the integrity check covers.
    let authenticated: [UInt8]
    /// The integrity check, if any.
    let integrity: PKCS12Integrity?
    let safes: [Safe]

    init(_ bytes: [UInt8]) throws(KeyFileError.Reason) {
        var fields = try ASN1Node.parsing(bytes).fields(atMost: 3)
        guard try fields.next().number(atMost: 3) == 3 else { throw .damagedPKCS12("its version is not 3") }
        var content = try fields.next().fields(atMost: 2)
        let type = try content.next().objectIdentifier()
        guard type != .pkcs7SignedData else { throw .unsupportedPKCS12("a signature instead of a password") }
        guard type == .pkcs7Data else { throw .damagedPKCS12("its content is of an unknown type") }
        authenticated = try content.next().tagged(0).octets()
        integrity = fields.isAtEnd ? nil : try PKCS12Integrity(fields.next())

        var contents = try ASN1Node.parsing(authenticated).fields(atMost: Self.maximumSafes)
        var safes: [Safe] = []
        while !contents.isAtEnd {
            safes.append(try Safe(contents.next()))
        }
        self.safes = safes
    }
}

extension PKCS12Store.Safe {
    fileprivate init(_ node: ASN1Node) throws(KeyFileError.Reason) {
        var fields = try node.fields(atMost: 2)
        switch try fields.next().objectIdentifier() {
        case .pkcs7Data:
            self = .plain(try fields.next().tagged(0).octets())
        case .pkcs7EncryptedData:
            // RFC 5652 §8: version, content, and attributes, which are unused in PKCS#12.
            var encrypted = try fields.next().tagged(0).fields(atMost: 3)
            _ = try encrypted.next()
            var content = try encrypted.next().fields(atMost: 3)
            guard try content.next().objectIdentifier() == .pkcs7Data else {
                throw .damagedPKCS12("its encrypted content is of an unknown type")
            }
            let encryption = try PasswordBasedEncryption(content.next())
            self = .encrypted(encryption, try content.next().octets(tag: 0))
        case .pkcs7EnvelopedData:
            throw .unsupportedPKCS12("encryption to a key instead of a password")
        default:
            throw .damagedPKCS12("a part of it is of an unknown type")
        }
    }
}
