/// The password of a key store, and the forms in which key stores use it.
struct KeyStorePassword {
    /// Longer ones are refused: nobody types them, and each round of a derivation would hash them.
    static let maximumLength = 1024

    /// As it was given.
    let utf8: [UInt8]
    private let text: String

    /// - Parameter utf8: the password, without a line break.
    init(_ utf8: [UInt8]) throws(KeyFileError.Reason) {
        guard utf8.count <= Self.maximumLength else {
            throw .unusablePassword("it is longer than \(Self.maximumLength) bytes")
        }
        guard let text = String(validating: utf8, as: UTF8.self) else { throw .unusablePassword("it is not UTF-8") }
        self.utf8 = utf8
        self.text = text
    }

    /// What JKS hashes: UTF-16, big-endian.
    var utf16: [UInt8] {
        text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// What the derivation of RFC 7292 appendix B.1 takes: a BMPString with two zero bytes after it.
    ///
    /// Of an empty password there are two forms in the field, with the zero bytes and without.
    var bmpForms: [[UInt8]] {
        utf8.isEmpty ? [[0, 0], []] : [utf16 + [0, 0]]
    }
}
