import Files

/// The detection of private keys anywhere in a file that was given for its public keys.
enum PrivateMaterial {
    /// Refuses a file that contains a private key as text, whole or in part.
    ///
    /// - Parameter blocks: the blocks found in the unmodified bytes.
    static func refuse(in blocks: [PEMBlock], _ bytes: [UInt8]) throws(KeyFileError.Reason) {
        let text = NormalisedText(bytes)
        for block in blocks + PEMBlock.all(in: text.bytes) {
            if let kind = kind(of: block) { throw .privateKey(kind) }
        }
        if isPuTTY(bytes) { throw .privateKey(.puTTY) }
        if PrivateMembers.occur(in: text) { throw .privateKey(.jwk) }
        if let label = PrivateLabel.first(in: text) ?? dumpHeading(in: text) { throw .privateKeyLine(label) }
    }

    /// The kind of private key in a block, by its content or its label: a damaged private key is private, too.
    static func kind(of block: PEMBlock) -> KeyFormat.PrivateKind? {
        if block.label == "OPENSSH PRIVATE KEY" { return .openSSH }
        if case .encrypted = block.content { return .encrypted }
        if case .der(let der) = block.content, case .private(let kind)? = KeyFormat(structureOf: der) {
            return kind
        }
        return block.isLabelledPrivate ? .pkcs8 : nil
    }

    /// Whether an object contains a JWK with private members at any depth.
    static func isContained(in object: JSONObject) -> Bool {
        var rest: [JSONValue] = [.object(object)]
        while let value = rest.popLast() {
            switch value {
            case .object(let object):
                if isKey(object), object.members.contains(where: isPrivate) { return true }
                rest += object.members.map(\.value)
            case .array(let elements): rest += elements
            case .null, .boolean, .number, .string: break
            }
        }
        return false
    }

    /// Recognises a key written by `puttygen`.
    static func isPuTTY(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("PuTTY-User-Key-File-")
    }

    /// RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2; `priv` in keys of type AKP. A member that is `null` is absent.
    private static func isPrivate(_ member: JSONObject.Member) -> Bool {
        member.value != .null && privateMembers.contains(member.name)
    }

    /// Whether an object is a JWK, with or without its `kty`.
    private static func isKey(_ object: JSONObject) -> Bool {
        ["kty", "n", "x", "crv", "pub"].contains { object[$0] != nil }
    }

    /// The heading of private numbers in the output of `openssl pkey -text`, which may be followed by a public key in PEM.
    private static func dumpHeading(in text: NormalisedText) -> String? {
        text.bytes.split(separator: 0x0A).lazy
            .map { String(decoding: $0.prefix(64), as: UTF8.self).split(separator: " ").joined(separator: " ") }
            .first { $0 == "privateExponent:" || $0 == "priv:" }
    }

    private static let privateMembers: Set<ExactString> = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"]
}
