import CountersignJOSE
import Testing

/// Hand-made SubjectPublicKeyInfo structures, with contents that no program writes.
enum SPKI {
    static func make(_ algorithm: [UInt8]..., key: [UInt8]) -> [UInt8] {
        DERWriter.element(
            .sequence, DERWriter.element(.sequence, algorithm.flatMap { $0 }), DERWriter.bitString(key))
    }

    static let null = DERWriter.element(.null)
    static let ecPublicKey = DERObjectIdentifier.ecPublicKey.encoding
    static let prime256v1 = DERObjectIdentifier(1, 2, 840, 10045, 3, 1, 7).encoding
    static let rsaEncryption = DERObjectIdentifier.rsaEncryption.encoding
    static let rsassaPSS = DERObjectIdentifier.rsassaPSS.encoding

    /// Returns the bits of a key from the structure that the crypto library wrote.
    static func bits(_ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        let spki = try SigningKey.generate(algorithm).verificationKey.spki
        var fields = try #require(DERElement(spki, .sequence)).elements
        _ = fields.next()
        return Array(try #require(fields.next()?.bitStringBytes))
    }
}

@Suite("RFC 5280 §4.1.2.7: the algorithm in a SubjectPublicKeyInfo is enforced")
struct KeyAlgorithmTests {
    private static func refusal(_ spki: [UInt8]) -> KeyError? {
        do {
            _ = try VerificationKey(spki: spki)
            return nil
        } catch {
            return error
        }
    }

    struct Foreign: Sendable, CustomTestStringConvertible {
        let name: String
        let algorithm: [UInt8]
        let bits: SignatureAlgorithm
        var testDescription: String { name }
    }

    static let foreign = [
        Foreign(
            name: "id-ecDH", algorithm: DERObjectIdentifier(1, 3, 132, 1, 12).encoding + SPKI.prime256v1, bits: .es256),
        Foreign(
            name: "id-ecMQV", algorithm: DERObjectIdentifier(1, 3, 132, 1, 13).encoding + SPKI.prime256v1, bits: .es256),
        Foreign(
            name: "id-RSAES-OAEP", algorithm: DERObjectIdentifier(1, 2, 840, 113549, 1, 1, 7).encoding + SPKI.null,
            bits: .rs256),
        Foreign(name: "id-X25519", algorithm: DERObjectIdentifier(1, 3, 101, 110).encoding, bits: .edDSA),
        Foreign(
            name: "secp256k1", algorithm: SPKI.ecPublicKey + DERObjectIdentifier(1, 3, 132, 0, 10).encoding,
            bits: .es256),
        Foreign(name: "1.2.3.4", algorithm: DERObjectIdentifier(1, 2, 3, 4).encoding, bits: .es256),
    ]

    @Test("A good key under an algorithm that does not sign is refused, and the algorithm is named", arguments: foreign)
    func otherAlgorithm(_ example: Foreign) throws {
        let refusal = Self.refusal(SPKI.make(example.algorithm, key: try SPKI.bits(example.bits)))
        guard case .unsupported(let detail) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(detail.contains(example.name))
    }

    @Test("Only parameters that the algorithm allows are accepted")
    func parameters() throws {
        let rsa = try SPKI.bits(.rs256)
        #expect(Self.refusal(SPKI.make(SPKI.rsaEncryption, SPKI.null, key: rsa)) == nil)
        #expect(Self.refusal(SPKI.make(SPKI.rsaEncryption, key: rsa)) == nil)
        #expect(Self.refusal(SPKI.make(SPKI.rsaEncryption, SPKI.prime256v1, key: rsa)) != nil)
        #expect(Self.refusal(SPKI.make(SPKI.rsassaPSS, SPKI.null, key: rsa)) != nil)
        let point = try SPKI.bits(.es256)
        #expect(Self.refusal(SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, key: point)) == nil)
        for curve in [[], SPKI.null, DERObjectIdentifier(1, 3, 132, 0, 34).encoding] {
            #expect(Self.refusal(SPKI.make(SPKI.ecPublicKey, curve, key: point)) != nil)
        }
        #expect(Self.refusal(SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, SPKI.null, key: point)) != nil)
        for (algorithm, identifier) in [
            (SignatureAlgorithm.edDSA, DERObjectIdentifier(1, 3, 101, 112).encoding),
            (.mlDSA65, DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 3, 18).encoding),
            (.mlDSA87, DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 3, 19).encoding),
        ] {
            let bits = try SPKI.bits(algorithm)
            #expect(Self.refusal(SPKI.make(identifier, key: bits)) == nil)
            #expect(Self.refusal(SPKI.make(identifier, SPKI.null, key: bits)) != nil)
        }
    }

    @Test("A point must be uncompressed or compressed, and on its curve (RFC 5480 §2.2)")
    func points() throws {
        let point = try SPKI.bits(.es256)
        let (x, y) = (point[1..<33], point[33...])
        let whole = try VerificationKey(spki: SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, key: point))
        let parity = (y.last ?? 0) & 1
        let compressed = SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, key: [0x02 | parity] + Array(x))
        #expect(try VerificationKey(spki: compressed).thumbprint == whole.thumbprint)
        let mirrored = SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, key: [0x03 - parity] + Array(x))
        #expect(try VerificationKey(spki: mirrored).thumbprint != whole.thumbprint)
        // 1 is not the x-coordinate of a point on P-256.
        let off: [UInt8] = [UInt8](repeating: 0, count: 31) + [1]
        let beyond = [UInt8](repeating: 0xFF, count: 32)
        let (abscissa, ordinate) = (Array(x), Array(y))
        let wrongs: [([UInt8], [UInt8])] = [
            ([0x06 | parity], abscissa + ordinate), ([0x07], abscissa + ordinate), ([0x02], off), ([0x03], off),
            ([0x02], beyond), ([0x04], abscissa + abscissa), ([0x00], []), ([], []), ([0x02], abscissa + [0]),
            ([0x05], abscissa), ([], abscissa + ordinate),
        ]
        for (form, coordinates) in wrongs {
            let wrong = form + coordinates
            #expect(Self.refusal(SPKI.make(SPKI.ecPublicKey, SPKI.prime256v1, key: wrong)) != nil)
        }
    }

    @Test("A key for RSASSA-PSS keeps its restriction in a JWK, a SubjectPublicKeyInfo and a signature")
    func limited() throws {
        let bits = try SPKI.bits(.ps256)
        let key = try VerificationKey(spki: SPKI.make(SPKI.rsassaPSS, key: bits))
        for copy in [key, try VerificationKey(spki: key.spki), try JWK(JWK(key: key).object).key] {
            #expect(SignatureAlgorithm.allCases.filter(copy.fits) == [.ps256, .ps384, .ps512])
            #expect(copy.signatureLength(.rs256) == nil)
            #expect(copy.signatureLength(.ps384) == 256)
        }
        #expect(JWK(key: key).algorithm == nil)
        #expect(JWK(key: key).verificationAlgorithms == [.ps256, .ps384, .ps512])
        let unlimited = try VerificationKey(spki: SPKI.make(SPKI.rsaEncryption, SPKI.null, key: bits))
        #expect(key.thumbprint == unlimited.thumbprint)
        let reason = try #require(JWK(key: key).verificationProblem(with: .rs256))
        #expect(reason.phrase.contains("RSASSA-PSS: it verifies PS256, PS384, PS512, not RS256"))

        var object = JWK(key: key).object
        object.set("alg", "RS256")
        #expect(throws: KeyError.self) { try JWK(object) }
        object.set("alg", "PS512")
        #expect(try JWK(object).verificationAlgorithms == [.ps512])
        for value: JSONValue in ["PS256", [], .array(["RS256"]), .array(["PS256", "PS384"])] {
            object.set("countersign_algorithms", value)
            #expect(throws: KeyError.self) { try JWK(object) }
        }
    }

    @Test("A private key for RSASSA-PSS signs only with that, whatever its encoding")
    func limitedPrivateKey() throws {
        let whole = try SigningKey.generate(.ps256)
        var fields = try #require(DERElement(whole.pkcs8, .sequence)).elements
        _ = (fields.next(), fields.next())
        let numbers = Array(try #require(fields.next(.octetString)?.content))
        let key = try SigningKey(
            pkcs8: DERWriter.element(
                .sequence, DERWriter.element(.integer, [0]), DERWriter.element(.sequence, SPKI.rsassaPSS),
                DERWriter.element(.octetString, numbers)))
        for copy in [key, try SigningKey(pkcs8: key.pkcs8), try SigningKey(privateJWK: key.privateJWK())] {
            #expect(copy.defaultAlgorithm == .ps256)
            #expect(throws: KeyError.self) { try copy.sign([1], algorithm: .rs256) }
            let signature = try copy.sign([1], algorithm: .ps384)
            #expect(copy.verificationKey.isValid(signature: signature, for: [1], algorithm: .ps384))
            #expect(!copy.verificationKey.fits(.rs256))
        }
        let agreement = DERWriter.element(
            .sequence, DERWriter.element(.integer, [0]),
            DERWriter.element(.sequence, DERObjectIdentifier(1, 3, 132, 1, 12).encoding, SPKI.prime256v1),
            DERWriter.element(.octetString, [0]))
        #expect(throws: KeyError.self) { try SigningKey(pkcs8: agreement) }
    }

    @Test("Null members of a JWK count as absent")
    func nullMembers() throws {
        let key = try SigningKey.generate(.rs256)
        var object = JWK(key: key.verificationKey).object
        for member in [
            "kid", "use", "alg", "key_ops", "x5c", "x5t", "d", "p", "q", "dp", "dq", "qi", "oth", "k", "crv",
        ] {
            object.set(member, .null)
        }
        let jwk = try JWK(object)
        #expect(jwk.thumbprint == key.verificationKey.thumbprint)
        #expect(jwk.keyID == nil && jwk.use == nil && jwk.algorithm == nil && jwk.operations == nil)
        let set = try JWKSet(parsing: Array(#"{"keys":[\#(object.render())],"next":null}"#.utf8))
        #expect(set.keys.count == 1 && set.refused.isEmpty)
        #expect(throws: KeyError.self) { try JWKSet(parsing: Array(#"{"keys":null}"#.utf8)) }
        for required in ["kty", "n", "e"] {
            var broken = object
            broken.set(required, .null)
            #expect(throws: KeyError.self) { try JWK(broken) }
        }
        var secret = key.privateJWK()
        secret.set("kid", .null)
        #expect(try SigningKey(privateJWK: secret).verificationKey.thumbprint == jwk.thumbprint)
    }
}
