import SwiftASN1

extension KeyFormat {
    /// Recognises a DER structure by its outline: which elements follow each other, not what they hold.
    ///
    /// - Returns: `nil` where it is no DER, or has none of the outlines that keys have.
    init?(outlineOf der: [UInt8]) {
        guard let root = try? DER.parse(der), root.identifier == .sequence, let children = root.children else {
            return nil
        }
        switch children.map(\.identifier).prefix(3) {
        case [.sequence, .bitString]: self = .publicKey
        case [.sequence, .octetString]: self = .encryptedPrivateKey
        case [.sequence, .sequence, .bitString]:
            // A request has up to four elements: version, subject, key, attributes; a certificate has at least six.
            self = (children[0].children?.count ?? 0) < 5 ? .certificateRequest : .certificate
        case [.integer, .integer]: self = .rsaPublicKey
        case [.integer, .integer, .integer]: self = .rsaPrivateKey
        case [.integer, .sequence, .octetString]: self = .privateKey
        case let start where start.starts(with: [.integer, .octetString]): self = .ecPrivateKey
        case let start where start.starts(with: [.integer, .sequence]): self = .pkcs12
        case let start where start.first == .objectIdentifier: self = .pkcs7
        default: return nil
        }
    }
}

extension ASN1Node {
    /// The elements of a constructed node; `nil` for a primitive one.
    var children: [ASN1Node]? {
        switch content {
        case .constructed(let nodes): Array(nodes)
        case .primitive: nil
        }
    }
}
