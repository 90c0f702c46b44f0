/// The password of a key store, in the encodings that key stores use.
struct KeyStorePassword {
    /// The limit in bytes: each round of a derivation would hash a longer one.
    static let maximumLength = 1024

    /// The password as it was given.
    let utf8: [UInt8]

    /// - Parameter utf8: the password, without a line break.
    init(_ utf8: [UInt8]) throws(KeyFileError.Reason) {
        guard utf8.count <= Self.maximumLength else {
            throw .unusablePassword("it is longer than \(Self.maximumLength) bytes")
        }
        guard String(validating: utf8, as: UTF8.self) != nil else { throw .unusablePassword("it is not UTF-8") }
        self.utf8 = utf8
    }

    /// UTF-16, big-endian, as JKS hashes it.
    var utf16: [UInt8] {
        String(decoding: utf8, as: UTF8.self).utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)]
        }
    }

    /// The input of the derivation of RFC 7292 appendix B.1: a BMPString with two zero bytes after it.
    ///
    /// For an empty password, two encodings are in use: with and without the zero bytes.
    var bmpForms: [[UInt8]] {
        utf8.isEmpty ? [[0, 0], []] : [utf16 + [0, 0]]
    }
}
