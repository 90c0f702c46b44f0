import Foundation
import SwiftASN1

/// A builder of DER and BER, valid or not.
enum Bytes {
    static func element(_ tag: UInt8, _ content: [UInt8]...) -> [UInt8] {
        let content = content.flatMap { $0 }
        return [tag] + length(content.count) + content
    }

    static func sequence(_ content: [UInt8]...) -> [UInt8] { element(0x30, content.flatMap { $0 }) }

    static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }

    static func identifier(_ identifier: ASN1ObjectIdentifier) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(identifier)
        return serializer.serializedBytes
    }

    static func integer(_ value: UInt64) -> [UInt8] {
        let bytes = withUnsafeBytes(of: value.bigEndian, Array.init).drop { $0 == 0 }
        return element(0x02, (bytes.first ?? 0x80) >= 0x80 ? [0] + bytes : Array(bytes))
    }

    private static func length(_ count: Int) -> [UInt8] {
        guard count > 0x7F else { return [UInt8(count)] }
        let bytes = withUnsafeBytes(of: UInt64(count).bigEndian, Array.init).drop { $0 == 0 }
        return [0x80 | UInt8(bytes.count)] + bytes
    }

    /// Converts DER to BER with indefinite lengths and octet strings in two segments.
    static func withoutLengths(_ node: ASN1Node) -> [UInt8] {
        let tag = node.encodedBytes.first ?? 0
        switch node.content {
        case .constructed(let nodes):
            return [tag, 0x80] + nodes.flatMap(withoutLengths) + [0, 0]
        case .primitive(let bytes) where tag == 0x04 && bytes.count > 1:
            let half = bytes.count / 2
            return [0x24, 0x80] + octets(Array(bytes.prefix(half))) + octets(Array(bytes.dropFirst(half))) + [0, 0]
        case .primitive:
            return Array(node.encodedBytes)
        }
    }
}

/// A builder of PKCS#12 files (RFC 7292), by default without encryption and integrity check.
enum PKCS12Writer {
    static let data: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 1]
    static let encryptedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 6]
    static let certificateBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 3]
    static let shroudedKeyBag: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 2]
    static let nestedBags: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 10, 1, 6]
    static let sha1: ASN1ObjectIdentifier = [1, 3, 14, 3, 2, 26]
    static let tripleDES: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 12, 1, 3]
    static let pbkdf2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 12]
    static let pbes2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 13]
    static let pbmac1: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 14]
    static let hmacSHA256: ASN1ObjectIdentifier = [1, 2, 840, 113549, 2, 9]
    static let aes256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 1, 42]

    static func store(_ safes: [UInt8]..., mac: [UInt8] = []) throws -> [UInt8] {
        try store(authenticated: Bytes.sequence(safes.flatMap { $0 }), mac: mac)
    }

    static func store(authenticated: [UInt8], mac: [UInt8] = []) throws -> [UInt8] {
        let content = Bytes.element(0xA0, Bytes.octets(authenticated))
        return Bytes.sequence(Bytes.integer(3), Bytes.sequence(try Bytes.identifier(data), content), mac)
    }

    static func safe(_ bags: [UInt8]...) throws -> [UInt8] {
        let contents = Bytes.sequence(bags.flatMap { $0 })
        return Bytes.sequence(try Bytes.identifier(data), Bytes.element(0xA0, Bytes.octets(contents)))
    }

    static func encryptedSafe(_ algorithm: [UInt8], _ ciphertext: [UInt8]) throws -> [UInt8] {
        let content = Bytes.sequence(try Bytes.identifier(data), algorithm, Bytes.element(0x80, ciphertext))
        let encrypted = Bytes.sequence(Bytes.integer(0), content)
        return Bytes.sequence(try Bytes.identifier(encryptedData), Bytes.element(0xA0, encrypted))
    }

    static func bag(
        _ type: ASN1ObjectIdentifier, _ value: [UInt8], name: String? = nil, keyID: [UInt8]? = nil
    ) throws -> [UInt8] {
        var attributes: [UInt8] = []
        if let name {
            let text = name.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            attributes += try attribute([1, 2, 840, 113549, 1, 9, 20], Bytes.element(0x1E, text))
        }
        if let keyID { attributes += try attribute([1, 2, 840, 113549, 1, 9, 21], Bytes.octets(keyID)) }
        let set = attributes.isEmpty ? [] : Bytes.element(0x31, attributes)
        return Bytes.sequence(try Bytes.identifier(type), Bytes.element(0xA0, value), set)
    }

    static func attribute(_ type: ASN1ObjectIdentifier, _ value: [UInt8]) throws -> [UInt8] {
        Bytes.sequence(try Bytes.identifier(type), Bytes.element(0x31, value))
    }

    static func certificate(_ der: [UInt8], name: String? = nil, keyID: [UInt8]? = nil) throws -> [UInt8] {
        let type = try Bytes.identifier([1, 2, 840, 113549, 1, 9, 22, 1])
        let value = Bytes.sequence(type, Bytes.element(0xA0, Bytes.octets(der)))
        return try bag(certificateBag, value, name: name, keyID: keyID)
    }

    static func key(name: String? = nil, keyID: [UInt8]? = nil) throws -> [UInt8] {
        try bag(shroudedKeyBag, Bytes.sequence(), name: name, keyID: keyID)
    }

    static func mac(
        _ algorithm: [UInt8], code: [UInt8], salt: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8], iterations: [UInt8]
    ) -> [UInt8] {
        Bytes.sequence(Bytes.sequence(algorithm, Bytes.octets(code)), Bytes.octets(salt), iterations)
    }

    static func algorithm(_ identifier: ASN1ObjectIdentifier, _ parameters: [UInt8] = [5, 0]) throws -> [UInt8] {
        Bytes.sequence(try Bytes.identifier(identifier), parameters)
    }
}
