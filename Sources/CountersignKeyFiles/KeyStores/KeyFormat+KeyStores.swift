extension KeyFormat {
    /// Recognises a key store by how it begins, so that one that is cut short is still called what it is.
    init?(keyStore bytes: [UInt8]) {
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) {
            self = .javaKeyStore
        } else if bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE]) {
            self = .javaCryptoKeyStore
        } else if Self.beginsLikePKCS12(bytes.prefix(64)) {
            self = .pkcs12
        } else {
            return nil
        }
    }

    /// RFC 7292 §4: a SEQUENCE of the version 3 and a content whose type begins with PKCS#7's arc, in DER or BER.
    private static func beginsLikePKCS12(_ bytes: ArraySlice<UInt8>) -> Bool {
        let pkcs7: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07]
        guard let content = inSequence(bytes), content.starts(with: [0x02, 0x01, 0x03]),
            let type = inSequence(content.dropFirst(3))
        else { return false }
        return type.starts(with: pkcs7)
    }

    /// What follows the tag of a SEQUENCE and its length, whatever that is.
    private static func inSequence(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.first == 0x30, let length = bytes.dropFirst().first else { return nil }
        // X.690 §8.1.3: from 0x81 on, the length follows in so many bytes; 0x80 means that it is not told.
        return bytes.dropFirst(length > 0x80 ? 2 + Int(length & 0x7F) : 2)
    }
}
