/// The outer format of an opaque token: prefix, version, key number, identifier, seal. Parsed strictly: each token has one encoding.
struct OpaqueTokenFormat {
    /// Known to secret scanners: `cs_at_[A-Za-z0-9_-]{139,}`.
    static let prefix = Array("cs_at_".utf8)
    /// The first byte of new tokens; changes with the format.
    static let version: UInt8 = 2
    /// Tokens of version 1 are still accepted.
    static let acceptedVersions: ClosedRange<UInt8> = 1...version
    /// In bytes.
    static let idLength = 16
    /// Version, key number, identifier; in bytes.
    static let headerLength = 1 + 4 + idLength
    /// Of AES-GCM, in bytes.
    static let nonceLength = 12
    /// Nonce and tag of AES-256-GCM, in bytes.
    static let sealLength = nonceLength + 16
    /// Of a SHA-256, in bytes.
    static let thumbprintLength = 32
    /// Header, seal and record together, in bytes. The token in base64url is a third longer.
    static let maximumLength = 12_288

    /// Version, key number, identifier.
    let header: [UInt8]
    let version: UInt8
    let key: UInt32
    let id: [UInt8]
    /// Nonce, ciphertext, tag.
    let sealed: ArraySlice<UInt8>

    static func header(key: UInt32, id: [UInt8]) -> [UInt8] {
        var header = [version]
        header.append(bigEndian: key)
        return header + id
    }

    /// - Parameter token: ASCII bytes.
    /// - Returns: `nil` for another prefix or version, an impossible length, or base64url that is not strict.
    init?(parsing token: [UInt8]) {
        guard token.starts(with: Self.prefix), token.count <= Self.prefix.count + (Self.maximumLength * 4 + 2) / 3,
            let bytes = Base64URL.decode(token.dropFirst(Self.prefix.count)),
            bytes.count > Self.headerLength + Self.sealLength, Self.acceptedVersions.contains(bytes[0])
        else { return nil }
        version = bytes[0]
        header = Array(bytes.prefix(Self.headerLength))
        key = header[1..<5].reduce(0) { $0 << 8 | UInt32($1) }
        id = Array(header[5...])
        sealed = bytes.dropFirst(Self.headerLength)
    }
}
