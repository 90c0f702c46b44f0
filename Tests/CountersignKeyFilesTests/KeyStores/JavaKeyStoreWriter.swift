import Crypto
import Foundation

/// A writer of JKS, both valid and deliberately invalid.
struct JavaKeyStoreWriter {
    var version: UInt32 = 2
    private var count: UInt32 = 0
    private var entries: [UInt8] = []

    init(version: UInt32 = 2) {
        self.version = version
    }

    static func number(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian, Array.init)
    }

    static func string(_ bytes: [UInt8]) -> [UInt8] {
        Array(number(UInt32(bytes.count)).suffix(2)) + bytes
    }

    static func string(_ text: String) -> [UInt8] {
        string(Array(text.utf8))
    }

    func certificate(_ der: [UInt8], type: String = "X.509") -> [UInt8] {
        (version == 1 ? [] : Self.string(type)) + Self.number(UInt32(der.count)) + der
    }

    mutating func add(entry: [UInt8]) {
        count += 1
        entries += entry
    }

    mutating func addCertificate(alias: [UInt8], _ der: [UInt8], type: String = "X.509") {
        add(
            entry: Self.number(2) + Self.string(alias) + [UInt8](repeating: 0, count: 8)
                + certificate(der, type: type))
    }

    mutating func addKey(alias: String, key: [UInt8] = [1, 2, 3], chain: [[UInt8]], chainLength: UInt32? = nil) {
        let length = Self.number(chainLength ?? UInt32(chain.count))
        add(
            entry: Self.number(1) + Self.string(alias) + [UInt8](repeating: 0, count: 8)
                + Self.number(UInt32(key.count)) + key + length + chain.flatMap { certificate($0) })
    }

    /// - Parameter claimed: the declared number of entries.
    func bytes(password: String = KeyStoreFixture.password, claimed: UInt32? = nil) -> [UInt8] {
        Self.signed(
            [0xFE, 0xED, 0xFE, 0xED] + Self.number(version) + Self.number(claimed ?? count) + entries,
            password: password)
    }

    /// Appends the correct digest, so that a reader gets as far as the content.
    static func signed(_ content: [UInt8], password: String = KeyStoreFixture.password) -> [UInt8] {
        let utf16 = password.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return content + Array(Insecure.SHA1.hash(data: utf16 + Array("Mighty Aphrodite".utf8) + content))
    }
}
