import Files

/// The content of a key file by its encoding, before any key is parsed.
enum KeyFileContent {
    case json(JSONObject, isSet: Bool)
    case der([Part])

    /// A DER structure, by itself or from a PEM file.
    struct Part {
        let format: KeyFormat
        /// Empty if header lines declare it encrypted (RFC 1421 §4.6).
        let der: [UInt8]
    }

    /// - Parameter refusesPrivateKeys: whether to report a private key anywhere in the file before any other fault.
    init(_ bytes: [UInt8], refusesPrivateKeys: Bool) throws(KeyFileError.Reason) {
        guard bytes.count <= KeyFile.maximumLength else { throw .tooLong(limit: KeyFile.maximumLength) }
        guard !ByteOrderMark.isUTF16(bytes) else { throw .utf16 }
        let text = bytes.dropFirst(ByteOrderMark.length(in: bytes))
        guard let first = text.first(where: { !Self.blanks.contains($0) }) else { throw .empty }
        if let store = KeyFormat.StoreKind(startOf: bytes) { throw .unsupported(.keyStore(store)) }
        if first == 0x30, let part = Part(file: bytes) {
            self = .der([part])
            return
        }
        guard !bytes.starts(with: [0x30]) || bytes.count >= 2 && bytes[1] < 0x80 else {
            throw .damaged(nil, detail: "it begins like DER, but is cut short, altered, or contains something else")
        }
        let blocks = PEMBlock.all(in: bytes)
        if refusesPrivateKeys { try PrivateMaterial.refuse(in: blocks, bytes) }
        if first == UInt8(ascii: "{"), let json = try Self.json(bytes, orPEM: !blocks.isEmpty) {
            if refusesPrivateKeys, case .json(let object, _) = json, PrivateMaterial.isContained(in: object) {
                throw .privateKey(.jwk)
            }
            self = json
        } else {
            self = .der(try Self.parts(blocks, bytes))
        }
    }

    private static let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

    /// - Parameter orPEM: whether the file has PEM blocks, which count if the JSON has no keys: some services put PEM into a member.
    /// - Returns: `nil` if the PEM blocks count.
    private static func json(_ bytes: [UInt8], orPEM: Bool) throws(KeyFileError.Reason) -> KeyFileContent? {
        let object: JSONObject
        do {
            object = try JSONObject(document: bytes).withoutNullMembers
        } catch {
            guard !orPEM else { return nil }
            throw .damaged(.public(.jwk), detail: error.phrase)
        }
        guard object["keys"] != nil || object["kty"] != nil || !orPEM else { return nil }
        return .json(object, isSet: object["keys"] != nil)
    }

    private static func parts(_ blocks: [PEMBlock], _ bytes: [UInt8]) throws(KeyFileError.Reason) -> [Part] {
        guard !blocks.isEmpty else {
            let text = bytes.dropFirst(ByteOrderMark.length(in: bytes))
            for prefix in ["ssh-", "ecdsa-sha2-"] where text.starts(with: prefix.utf8) {
                throw .unsupported(.other(.openSSHPublicKey))
            }
            if PrivateMaterial.isPuTTY(bytes) { throw .unsupported(.private(.puTTY)) }
            throw .notRecognised
        }
        guard !isBinary(bytes) else { throw .damaged(nil, detail: "it contains binary data beside its PEM blocks") }
        var parts: [Part] = []
        for block in blocks where block.label != "EC PARAMETERS" {
            parts.append(try Part(block))
        }
        return parts
    }

    /// Whether there are bytes that do not occur in text, apart from the padding of old systems at the end.
    private static func isBinary(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.lastIndex(where: { $0 != 0x00 && $0 != 0x1A }) else { return false }
        return bytes[...end].contains { $0 < 0x09 || (0x0E..<0x20).contains($0) && $0 != 0x1B }
    }
}

extension KeyFileContent.Part {
    /// A file with one structure, followed by at most one line end from a terminal or an editor.
    fileprivate init?(file bytes: [UInt8]) {
        for end in [[], [0x0A], [0x0D, 0x0A]] as [[UInt8]] where bytes.suffix(end.count).elementsEqual(end) {
            let der = Array(bytes.dropLast(end.count))
            guard let format = KeyFormat(structureOf: der) else { continue }
            self.init(format: format, der: der)
            return
        }
        return nil
    }

    fileprivate init(_ block: PEMBlock) throws(KeyFileError.Reason) {
        switch block.content {
        case .unreadable(let problem): throw .damaged(nil, detail: problem)
        case .encrypted:
            format = .private(.encrypted)
            der = []
        case .der(let content):
            der = content
            if let kind = PrivateMaterial.kind(of: block) {
                format = .private(kind)
            } else if let outline = KeyFormat(structureOf: content) {
                format = outline
            } else {
                throw .damaged(nil, detail: "the block '\(block.label)' is neither a key nor a certificate")
            }
        }
    }
}
