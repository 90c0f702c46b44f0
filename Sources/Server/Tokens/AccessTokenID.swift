/// The `jti` of an access token: 16 random bytes, or a grant's identifier and 8 random bytes, so that a token's grant is found
/// without a claim of its own.
struct AccessTokenID: Sendable, Equatable {
    let bytes: [UInt8]

    private static let plainLength = 16
    private static let suffixLength = 8

    init(of grantID: [UInt8]?) {
        bytes = grantID.map { $0 + RandomBytes.make(Self.suffixLength) } ?? RandomBytes.make(Self.plainLength)
    }

    /// - Parameter text: a `jti`.
    init?(_ text: ExactString) {
        guard let bytes = Base64URL.decode(text.text),
            [Self.plainLength, AuthorizationGrantRecord.idLength + Self.suffixLength].contains(bytes.count)
        else { return nil }
        self.bytes = bytes
    }

    var grantID: [UInt8]? {
        bytes.count == Self.plainLength ? nil : Array(bytes.prefix(AuthorizationGrantRecord.idLength))
    }

    /// The `jti` in ASCII.
    var encoded: [UInt8] { Base64URL.encoded(bytes) }
}
