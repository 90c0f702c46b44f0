import Crypto

extension SigningKey {
    /// Reads an EC private key in DER (RFC 5915 §3), alone or within PKCS#8.
    ///
    /// - Parameter curve: the curve of PKCS#8's algorithm identifier; `nil` if the key names its curve itself.
    init(ecPrivateKey der: [UInt8], on curve: NamedCurve?) throws(KeyError) {
        guard var fields = DERElement(der, .sequence)?.elements, fields.next()?.unsignedInteger == [1],
            let scalar = fields.next(.octetString)?.content
        else { throw Self.notAKey }
        var named = curve
        if let tagged = fields.next(.explicit(0)) {
            var inside = tagged.elements
            named = try NamedCurve(parameters: inside.next())
            guard curve == nil || curve == named else { throw .malformed("the private key names two curves") }
        }
        guard let named else { throw .malformed("the private key does not name its curve") }
        var publicPoint: [UInt8]?
        if let tagged = fields.next(.explicit(1)) {
            guard let bits = DERElement(tagged.content, .bitString)?.bitStringBytes else { throw Self.notAKey }
            publicPoint = Array(bits)
        }
        guard fields.isAtEnd else { throw Self.notAKey }
        // RFC 5915 §3 requires the full length; some encoders omit leading zeros.
        let digits = Array(scalar.drop { $0 == 0 })
        guard digits.count <= named.coordinateLength else { throw .malformed("the private key is not on its curve") }
        self.init(try named.privateKey([UInt8](repeating: 0, count: named.coordinateLength - digits.count) + digits))
        // A public half of another key indicates damage.
        if let publicPoint {
            let given = VerificationKey(try named.publicKey(publicPoint))
            guard given.thumbprintDigest == verificationKey.thumbprintDigest else {
                throw .malformed("the public key beside the private key does not belong to it")
            }
        }
    }
}

extension NamedCurve {
    /// Creates a private key from a number that has the length of a coordinate.
    func privateKey(_ scalar: [UInt8]) throws(KeyError) -> SigningKey.Material {
        try attempt(orThrow: .malformed("the private key is not on its curve")) {
            switch self {
            case .p256: .p256(try .init(rawRepresentation: scalar))
            case .p384: .p384(try .init(rawRepresentation: scalar))
            case .p521: .p521(try .init(rawRepresentation: scalar))
            }
        }
    }
}
