import CountersignJOSE
import Files

/// A file, told apart as far as it can be without looking for keys.
enum KeyFileContent {
    case json(JSONObject, isSet: Bool)
    case der([Part])

    /// A DER structure, alone or out of a PEM file.
    struct Part {
        let format: KeyFormat
        /// Empty where header lines say that it is encrypted (RFC 1421 §4.6).
        let der: [UInt8]
    }

    /// - Parameter refusesPrivateKeys: whether a private key, wherever it stands, is the first thing to be told.
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
            throw .damaged(nil, detail: "it begins like DER, but is cut short, altered, or holds something else")
        }
        let blocks = PEMBlock.all(in: bytes)
        if refusesPrivateKeys { try PrivateMaterial.refuse(in: blocks, bytes) }
        if first == UInt8(ascii: "{"), let json = try Self.json(bytes, orPEM: !blocks.isEmpty) {
            if refusesPrivateKeys, case .json(let object, _) = json, PrivateMaterial.isMember(of: object) {
                throw .privateKey(.jwk)
            }
            self = json
        } else {
            self = .der(try Self.parts(blocks, bytes))
        }
    }

    private static let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

    /// - Parameter orPEM: whether there is PEM to be read where it is no JSON with keys: some services put PEM into a member.
    /// - Returns: `nil` where the PEM is what counts.
    private static func json(_ bytes: [UInt8], orPEM: Bool) throws(KeyFileError.Reason) -> KeyFileContent? {
        let object: JSONObject
        do {
            object = try JSONObject(document: bytes).withoutNullMembers
        } catch {
            guard !orPEM else { return nil }
            throw .damaged(.public(.jwk), detail: error.explanation)
        }
        guard object["keys"] != nil || object["kty"] != nil || !orPEM else { return nil }
        return .json(object, isSet: object["keys"] != nil)
    }

    private static func parts(_ blocks: [PEMBlock], _ bytes: [UInt8]) throws(KeyFileError.Reason) -> [Part] {
        guard !blocks.isEmpty else {
            let text = bytes.dropFirst(ByteOrderMark.length(in: bytes))
            for prefix in ["ssh-", "ecdsa-sha2-"] where text.starts(with: prefix.utf8) {
                throw .unsupported(.foreign(.openSSHPublicKey))
            }
            if PrivateMaterial.isPuTTY(bytes) { throw .unsupported(.private(.puTTY)) }
            throw .notRecognised
        }
        guard !isBinary(bytes) else { throw .damaged(nil, detail: "it holds binary data beside its PEM blocks") }
        var parts: [Part] = []
        for block in blocks where block.label != "EC PARAMETERS" {
            parts.append(try Part(block))
        }
        return parts
    }

    /// Whether there are bytes that no text has, except where old systems put them at its end.
    private static func isBinary(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.lastIndex(where: { $0 != 0x00 && $0 != 0x1A }) else { return false }
        return bytes[...end].contains { $0 < 0x09 || (0x0E..<0x20).contains($0) && $0 != 0x1B }
    }
}

extension KeyFileContent.Part {
    /// A file that is one structure, and at most one line end behind it, as it comes from a terminal or an editor.
    fileprivate init?(file bytes: [UInt8]) {
        for end in [[], [0x0A], [0x0D, 0x0A]] as [[UInt8]] where bytes.suffix(end.count).elementsEqual(end) {
            let der = Array(bytes.dropLast(end.count))
            guard let format = KeyFormat(outlineOf: der) else { continue }
            self.init(format: format, der: der)
            return
        }
        return nil
    }

    fileprivate init(_ block: PEMBlock) throws(KeyFileError.Reason) {
        switch block.content {
        case .unreadable: throw .damaged(nil, detail: block.problem ?? "")
        case .encrypted:
            format = .private(.encrypted)
            der = []
        case .der(let content):
            der = content
            if let kind = PrivateMaterial.kind(of: block) {
                format = .private(kind)
            } else if let outline = KeyFormat(outlineOf: content) {
                format = outline
            } else {
                throw .damaged(nil, detail: "the block '\(block.label)' is neither a key nor a certificate")
            }
        }
    }
}
