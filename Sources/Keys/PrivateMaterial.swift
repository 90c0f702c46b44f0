import CountersignFiles
import CountersignJOSE

/// Private keys in a file that is given for its public ones, wherever they stand.
enum PrivateMaterial {
    /// The first private key that stands in a file as text.
    static func format(in blocks: [PEMBlock], _ bytes: [UInt8]) -> KeyFormat? {
        for block in blocks {
            if let format = format(of: block) { return format }
        }
        return isPuTTY(bytes) ? .puttyPrivateKey : nil
    }

    /// What kind of private key a block is, by its content or by its label: one that is damaged is private all the same.
    static func format(of block: PEMBlock) -> KeyFormat? {
        if block.label == "OPENSSH PRIVATE KEY" { return .openSSHPrivateKey }
        if case .encrypted = block.content { return .encryptedPrivateKey }
        if case .der(let der) = block.content, let outline = KeyFormat(outlineOf: der), outline.isPrivate {
            return outline
        }
        return block.isLabelledPrivate ? .privateKey : nil
    }

    /// Whether a JWK with private members stands anywhere in an object, also where no key is looked for.
    static func isMember(of object: JSONObject) -> Bool {
        var rest: [JSONValue] = [.object(object)]
        while let value = rest.popLast() {
            switch value {
            case .object(let object):
                if object["kty"] != nil, object.members.contains(where: isPrivate) { return true }
                rest += object.members.map(\.value)
            case .array(let elements): rest += elements
            case .null, .boolean, .number, .string: break
            }
        }
        return false
    }

    /// What `puttygen` writes.
    static func isPuTTY(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("PuTTY-User-Key-File-")
    }

    /// RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2; `priv` in keys of type AKP. A member that is `null` is absent.
    private static func isPrivate(_ member: JSONObject.Member) -> Bool {
        member.value != .null && privateMembers.contains(member.name)
    }

    private static let privateMembers: Set<ExactString> = ["d", "p", "q", "dp", "dq", "qi", "oth", "priv"]
}
