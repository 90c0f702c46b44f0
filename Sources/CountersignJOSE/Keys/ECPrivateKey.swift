import Crypto

/// An EC private key in DER (RFC 5915 §3), alone or within PKCS#8.
struct ECPrivateKey {
    private let curve: NamedCurve
    private let scalar: [UInt8]
    /// The public half, if it is encoded.
    private let publicPoint: [UInt8]?

    /// - Parameter curve: the curve of PKCS#8's algorithm identifier; `nil` if the key names its curve itself.
    init(_ der: [UInt8], on curve: NamedCurve?) throws(KeyError) {
        guard let sequence = DERElement(der, .sequence) else { throw SigningKey.notAKey }
        var fields = sequence.elements
        guard fields.next()?.unsignedInteger == [1], let scalar = fields.next(.octetString)?.content else {
            throw SigningKey.notAKey
        }
        var named = curve
        if let tagged = fields.next(.explicit(0)) {
            var inside = tagged.elements
            let own = try NamedCurve(parameters: inside.next())
            guard curve == nil || curve == own else { throw .malformed("the private key names two curves") }
            named = own
        }
        guard let named else { throw .malformed("the private key does not name its curve") }
        self.curve = named
        var publicPoint: [UInt8]?
        if let tagged = fields.next(.explicit(1)) {
            guard let bits = DERElement(tagged.content, .bitString)?.wholeBytes else { throw SigningKey.notAKey }
            publicPoint = Array(bits)
        }
        self.publicPoint = publicPoint
        guard fields.isAtEnd else { throw SigningKey.notAKey }
        // RFC 5915 §3 requires the full length; some encoders omit leading zeros.
        let digits = Array(scalar.drop { $0 == 0 })
        guard digits.count <= named.coordinateLength else { throw .malformed("the private key is not on its curve") }
        self.scalar = [UInt8](repeating: 0, count: named.coordinateLength - digits.count) + digits
    }

    /// Creates the key of the crypto library. A public half of another key indicates damage.
    func material() throws(KeyError) -> SigningKey.Material {
        let key: SigningKey.Material
        do {
            key =
                switch curve {
                case .p256: .p256(try .init(rawRepresentation: scalar))
                case .p384: .p384(try .init(rawRepresentation: scalar))
                case .p521: .p521(try .init(rawRepresentation: scalar))
                }
        } catch {
            throw .malformed("the private key is not on its curve")
        }
        if let publicPoint {
            let given = VerificationKey(try curve.publicKey(publicPoint))
            guard given.thumbprintDigest == SigningKey(key).verificationKey.thumbprintDigest else {
                throw .malformed("the public half beside the private key is not its own")
            }
        }
        return key
    }
}
