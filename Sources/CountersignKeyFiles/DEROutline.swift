import CountersignJOSE

extension KeyFormat {
    /// Recognises a DER structure by its outline: which elements follow each other, not what they hold.
    ///
    /// - Returns: `nil` where it is no DER, or has none of the outlines that keys have.
    init?(outlineOf der: [UInt8]) {
        guard let root = DERElement(der, .sequence) else { return nil }
        let children = root.firstElements(3)
        switch children.map(\.tag) {
        case [.sequence, .bitString]: self = .publicKey
        case [.sequence, .octetString]: self = .encryptedPrivateKey
        case [.sequence, .sequence, .bitString]:
            // A request has up to four elements: version, subject, key, attributes; a certificate has at least six.
            self = children[0].firstElements(5).count < 5 ? .certificateRequest : .certificate
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

extension DERElement {
    /// The elements inside, not more than are asked for; what cannot be read ends them.
    fileprivate func firstElements(_ count: Int) -> [DERElement] {
        var reader = elements
        var found: [DERElement] = []
        while found.count < count, let element = reader.next() { found.append(element) }
        return found
    }
}
