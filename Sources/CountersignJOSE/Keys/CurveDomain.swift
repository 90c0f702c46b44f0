/// The domain parameters of a curve over a prime field (SEC 1 §3.1.1, FIPS 186-4 §D.1.2), with its name and its use in JWS.
struct CurveDomain: Sendable {
    let identifier: DERObjectIdentifier
    /// In bytes.
    let coordinateLength: Int
    /// The digest that is signed (RFC 7518 §3.4).
    let digest: SignatureAlgorithm.SHA2
    // The following are hexadecimal digits.
    let prime: String
    let b: String
    let generatorX: String
    let generatorY: String
    let order: String

    /// Returns whether explicit parameters (ECParameters, SEC 1 §C.2) equal these: field, both coefficients, generator, order and
    /// cofactor (1, optional). The seed of the coefficients is ignored.
    func matches(_ parameters: DERElement) -> Bool {
        var fields = parameters.elements
        guard let version = fields.next()?.unsignedInteger, (1...3).contains(version.first ?? 0), version.count == 1,
            let field = fields.next(.sequence), let curve = fields.next(.sequence),
            let generator = fields.next(.octetString), let order = fields.next()?.unsignedInteger,
            isField(field), isCurve(curve), isGenerator(generator.content), order == Self.number(self.order)
        else { return false }
        if let cofactor = fields.next(.integer) {
            guard cofactor.unsignedInteger == [1] else { return false }
        }
        return fields.isAtEnd
    }

    private func isField(_ element: DERElement) -> Bool {
        var fields = element.elements
        guard DERObjectIdentifier(fields.next()) == DERObjectIdentifier(1, 2, 840, 10045, 1, 1),
            let prime = fields.next()?.unsignedInteger
        else { return false }
        return fields.isAtEnd && prime == Self.number(self.prime)
    }

    /// Compares the coefficients; on all three curves y² = x³ - 3x + b.
    private func isCurve(_ element: DERElement) -> Bool {
        var fields = element.elements
        guard let a = fields.next(.octetString), let b = fields.next(.octetString) else { return false }
        _ = fields.next(.bitString)
        var minusThree = Self.number(prime)
        minusThree[minusThree.count - 1] -= 3
        return fields.isAtEnd && a.content.drop { $0 == 0 } == minusThree[...]
            && b.content.drop { $0 == 0 } == Self.number(self.b)[...]
    }

    /// Compares a point, uncompressed or compressed (SEC 1 §2.3.3), with the generator.
    private func isGenerator(_ point: ArraySlice<UInt8>) -> Bool {
        let (x, y) = (Self.bytes(generatorX), Self.bytes(generatorY))
        let parity: UInt8 = (y.last ?? 0) & 1
        return Array(point) == [0x04] + x + y || Array(point) == [0x02 | parity] + x
    }

    private static func number(_ digits: String) -> [UInt8] {
        Array(bytes(digits).drop { $0 == 0 })
    }

    private static func bytes(_ digits: String) -> [UInt8] {
        Hexadecimal.decode(Array(digits.utf8)) ?? []
    }

    static let p256 = CurveDomain(
        identifier: DERObjectIdentifier(1, 2, 840, 10045, 3, 1, 7), coordinateLength: 32, digest: .sha256,
        prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
        generatorX: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        generatorY: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")

    static let p384 = CurveDomain(
        identifier: DERObjectIdentifier(1, 3, 132, 0, 34), coordinateLength: 48, digest: .sha384,
        prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
        generatorX: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
        generatorY: "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973")

    static let p521 = CurveDomain(
        identifier: DERObjectIdentifier(1, 3, 132, 0, 35), coordinateLength: 66, digest: .sha512,
        prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            + "ffffffffffffffffffffffffffffffffffffffffffffffffffff",
        b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e"
            + "937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
        generatorX: "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe7"
            + "5928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        generatorY: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef4"
            + "2640c550b9013fad0761353c7086a272c24088be94769fd16650",
        order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f"
            + "966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409")
}
