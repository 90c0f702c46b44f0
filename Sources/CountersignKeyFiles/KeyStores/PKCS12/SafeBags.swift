import SwiftASN1

/// The content of all safes of a PKCS#12 file (RFC 7292 §4.2).
struct SafeBags {
    static let maximumDepth = 4
    /// The limit of attributes, and of values of one attribute.
    private static let maximumAttributes = 64

    struct Certificate {
        let der: [UInt8]
        let attributes: Attributes
    }

    /// The attributes of a key or a certificate (RFC 7292 §4.2, `bagAttributes`).
    struct Attributes {
        var name: String?
        var keyID: [UInt8]?
        /// Whether Java marked it as a stand-alone certificate.
        var isTrusted = false

        /// Whether Java wrote the key: its identifier is the time of storing, "Time 1764000000000". Others use a digest of the certificate.
        var isJavaKey: Bool {
            guard let keyID, keyID.starts(with: Array("Time ".utf8)) else { return false }
            let digits = keyID.dropFirst(5)
            return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }

    private(set) var certificates: [Certificate] = []
    /// The attributes of private keys, whose content is not kept.
    private(set) var keys: [Attributes] = []
    /// The number of other bags: secret keys, revocation lists, certificates that are not X.509, and the like.
    private(set) var others = 0

    private var count: Int { certificates.count + keys.count + others }

    /// Adds the bags of one safe.
    mutating func add(_ contents: [UInt8]) throws(KeyFileError.Reason) {
        try add(ASN1Node.parsing(contents), depth: 1)
    }

    private mutating func add(_ contents: ASN1Node, depth: Int) throws(KeyFileError.Reason) {
        guard depth <= Self.maximumDepth else { throw .damagedPKCS12("its parts are nested too deeply") }
        let excess = KeyFileError.Reason.tooManyEntries(limit: KeyStoreFile.maximumEntries)
        var bags = try contents.fields(atMost: KeyStoreFile.maximumEntries, otherwise: excess)
        while !bags.isAtEnd {
            guard count < KeyStoreFile.maximumEntries else { throw excess }
            var fields = try bags.next().fields(atMost: 3)
            let type = try fields.next().objectIdentifier()
            let value = try fields.next().tagged(0)
            let attributes = fields.isAtEnd ? Attributes() : try Self.attributes(fields.next())
            switch type {
            case .certificateBag: try addCertificate(value, attributes)
            case .keyBag, .shroudedKeyBag: keys.append(attributes)
            case .nestedBags: try add(value, depth: depth + 1)
            default: others += 1
            }
        }
    }

    private mutating func addCertificate(_ value: ASN1Node, _ attributes: Attributes) throws(KeyFileError.Reason) {
        var fields = try value.fields(atMost: 2)
        guard try fields.next().objectIdentifier() == .x509Certificate else {
            others += 1
            return
        }
        let der = try fields.next().tagged(0).octets()
        guard der.count <= JavaKeyStore.maximumCertificateLength else {
            throw .damagedPKCS12("a certificate is longer than \(JavaKeyStore.maximumCertificateLength / 1024) KiB")
        }
        certificates.append(Certificate(der: der, attributes: attributes))
    }

    private static func attributes(_ node: ASN1Node) throws(KeyFileError.Reason) -> Attributes {
        var attributes = Attributes()
        var list = try node.fields(of: .set, atMost: maximumAttributes)
        while !list.isAtEnd {
            var fields = try list.next().fields(atMost: 2)
            let type = try fields.next().objectIdentifier()
            var values = try fields.next().fields(of: .set, atMost: maximumAttributes)
            switch type {
            case .friendlyName: attributes.name = try text(values.next())
            case .localKeyID: attributes.keyID = try values.next().octets()
            case .javaTrusted: attributes.isTrusted = true
            default: break
            }
        }
        return attributes
    }

    /// A BMPString: UTF-16, big-endian.
    private static func text(_ node: ASN1Node) throws(KeyFileError.Reason) -> String {
        let fault = KeyFileError.Reason.damagedPKCS12("one of its names is not valid text")
        guard node.identifier == .bmpString, case .primitive(let bytes) = node.content, bytes.count.isMultiple(of: 2)
        else { throw fault }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
            UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw fault }
        return text
    }
}

extension SafeBags {
    /// The entries of the store: each certificate with its key, or alone.
    ///
    /// The certificate of a key has the key's `localKeyID`. A certificate with Java's mark is a separate entry; without any keys, all are.
    /// The rest belong to issuers.
    var content: KeyStoreContent {
        var content = KeyStoreContent()
        content.privateKeys = keys.count
        let taken = Set((keys + certificates.map(\.attributes)).compactMap(\.name))
        var last = 0
        // Java numbers the entries without a name.
        func alias(_ name: String?) -> String {
            if let name, !name.isEmpty { return name }
            repeat { last += 1 } while taken.contains(String(last))
            return String(last)
        }
        var leaves: Set<Int> = []
        for key in keys {
            guard let leaf = certificate(of: key) else {
                let name = key.name.map { " " + $0.quotedAlias } ?? ""
                content.notes.append("The key\(name) has no certificate, or more than one: it is skipped.")
                continue
            }
            guard leaves.insert(leaf).inserted else { continue }
            content.entries.append(
                .init(
                    alias: alias(key.name ?? certificates[leaf].attributes.name), kind: .keyEntry,
                    isFromJava: key.isJavaKey, certificate: certificates[leaf].der))
        }
        for (index, certificate) in certificates.enumerated() where !leaves.contains(index) {
            guard certificate.attributes.isTrusted || keys.isEmpty else {
                content.chainCertificates += 1
                continue
            }
            content.entries.append(
                .init(
                    alias: alias(certificate.attributes.name), kind: .trustedCertificate,
                    isFromJava: certificate.attributes.isTrusted, certificate: certificate.der))
        }
        if others > 0 {
            content.notes.append("Skipped, being neither a certificate nor a private key: \(others).")
        }
        return content
    }

    /// - Returns: `nil` unless exactly one matches.
    private func certificate(of key: Attributes) -> Int? {
        if let keyID = key.keyID {
            let matches = certificates.indices.filter { certificates[$0].attributes.keyID == keyID }
            return matches.count == 1 ? matches[0] : nil
        }
        // Some tools write one key, its certificate first, and no identifiers. Java accepts that, too.
        let areUnmarked = certificates.allSatisfy { $0.attributes.keyID == nil && !$0.attributes.isTrusted }
        return keys.count == 1 && areUnmarked ? certificates.indices.first : nil
    }
}
