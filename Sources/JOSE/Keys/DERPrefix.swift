/// The fixed bytes before the raw key in DER structures that have one possible form.
struct DERPrefix {
    let bytes: [UInt8]
    /// The length of what follows.
    let payloadLength: Int

    /// What follows the prefix, if `der` is exactly prefix and payload.
    func payload(of der: [UInt8]) -> [UInt8]? {
        guard der.count == bytes.count + payloadLength, der.starts(with: bytes) else { return nil }
        return Array(der[bytes.count...])
    }

    private static let mlDSA65Identifier: [UInt8] = [
        0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12,
    ]
    private static let mlDSA87Identifier: [UInt8] = [
        0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13,
    ]

    /// RFC 8410 §4.
    static let ed25519Public = DERPrefix(
        bytes: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00], payloadLength: 32)

    /// RFC 9881 §4.
    static let mlDSA65Public = DERPrefix(
        bytes: [0x30, 0x82, 0x07, 0xB2] + mlDSA65Identifier + [0x03, 0x82, 0x07, 0xA1, 0x00], payloadLength: 1952)

    static let mlDSA87Public = DERPrefix(
        bytes: [0x30, 0x82, 0x0A, 0x32] + mlDSA87Identifier + [0x03, 0x82, 0x0A, 0x21, 0x00], payloadLength: 2592)

    /// RFC 8410 §7, the form without the public key.
    static let ed25519Private = DERPrefix(
        bytes: [
            0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ], payloadLength: 32)

    /// RFC 9881 §6, the form that holds the seed alone.
    static let mlDSA65Private = DERPrefix(
        bytes: [0x30, 0x34, 0x02, 0x01, 0x00] + mlDSA65Identifier + [0x04, 0x22, 0x80, 0x20], payloadLength: 32)

    static let mlDSA87Private = DERPrefix(
        bytes: [0x30, 0x34, 0x02, 0x01, 0x00] + mlDSA87Identifier + [0x04, 0x22, 0x80, 0x20], payloadLength: 32)

    /// The seed of an Ed25519 key in the second form of RFC 8410 §7, which has the public key after it.
    static func ed25519Seed(withPublicKey der: [UInt8]) -> [UInt8]? {
        let head: [UInt8] = [0x02, 0x01, 0x01, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
        guard der.count > 2 + head.count + 32, der[0] == 0x30, Int(der[1]) == der.count - 2,
            der[2...].starts(with: head)
        else { return nil }
        return Array(der[(2 + head.count)..<(2 + head.count + 32)])
    }
}
