import CountersignJOSE

/// A file, told apart as far as it can be without looking for keys.
enum KeyFileContent {
    case json(JSONObject, isSet: Bool)
    case der([Part])

    /// A DER structure, alone or out of a PEM file.
    struct Part {
        let format: KeyFormat
        let der: [UInt8]
    }

    init(_ bytes: [UInt8]) throws(KeyFileError.Reason) {
        guard bytes.count <= KeyFile.maximumLength else { throw .tooLong(limit: KeyFile.maximumLength) }
        guard let first = bytes.first(where: { !Self.blanks.contains($0) }) else { throw .empty }
        if first == UInt8(ascii: "{") {
            self = try Self.json(bytes)
        } else if let store = KeyFormat(keyStore: bytes) {
            throw .unsupported(store)
        } else if first == 0x30, let format = KeyFormat(outlineOf: bytes) {
            self = .der([Part(format: format, der: bytes)])
        } else if bytes.starts(with: [0x30]), bytes.count < 2 || bytes[1] >= 0x80 {
            throw .damaged(nil, detail: "it begins like DER, but is cut short, altered, or holds something else")
        } else {
            self = .der(try Self.pem(bytes))
        }
    }

    private static let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]

    private static func json(_ bytes: [UInt8]) throws(KeyFileError.Reason) -> KeyFileContent {
        let object: JSONObject
        do {
            object = try JSONObject(parsing: bytes).withoutNullMembers
        } catch {
            throw .damaged(.jwk, detail: error.explanation)
        }
        return .json(object, isSet: object["keys"] != nil)
    }

    private static func pem(_ bytes: [UInt8]) throws(KeyFileError.Reason) -> [Part] {
        let blocks: [PEMBlock]
        do {
            blocks = try PEMBlock.all(in: bytes)
        } catch {
            throw .damaged(nil, detail: error.detail)
        }
        guard !blocks.isEmpty else {
            for prefix in ["ssh-", "ecdsa-sha2-"] where bytes.starts(with: prefix.utf8) {
                throw .unsupported(.openSSHPublicKey)
            }
            throw .notRecognised
        }
        var parts: [Part] = []
        for block in blocks where block.label != "EC PARAMETERS" {
            parts.append(try Part(block))
        }
        return parts
    }
}

extension KeyFileContent.Part {
    fileprivate init(_ block: PEMBlock) throws(KeyFileError.Reason) {
        der = block.der
        if block.label == "OPENSSH PRIVATE KEY" {
            format = .openSSHPrivateKey
        } else if block.isEncrypted {
            format = .encryptedPrivateKey
        } else if let outline = KeyFormat(outlineOf: block.der) {
            format = outline
        } else if block.label.hasSuffix("PRIVATE KEY") {
            // Damaged, and a private key all the same: where a public one is expected, that is what matters.
            format = .privateKey
        } else {
            throw .damaged(nil, detail: "the block '\(block.label)' is neither a key nor a certificate")
        }
    }
}
