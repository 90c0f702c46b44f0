import CountersignJOSE
import Testing

@Suite("RFC 7517, RFC 7518 §6: keys")
struct KeyTests {
    private static func jwk(_ algorithm: SignatureAlgorithm) throws -> JSONObject {
        JWK(key: try SigningKey.generate(algorithm).verificationKey).object
    }

    @Test("Every algorithm: generate, write, read, sign, verify", arguments: SignatureAlgorithm.allCases)
    func roundTrip(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let message = Array("message".utf8)
        for copy in [
            try SigningKey(pkcs8: key.pkcs8), try SigningKey(privateJWK: key.privateJWK(keyID: "k")),
        ] {
            #expect(copy.verificationKey.thumbprint == key.verificationKey.thumbprint)
            let signature = try copy.sign(message, algorithm: algorithm)
            #expect(signature.count == key.verificationKey.signatureLength(algorithm))
            for publicKey in [
                try VerificationKey(spki: key.verificationKey.spki), try JWK(JWK(key: key.verificationKey).object).key,
            ] {
                #expect(publicKey.isValid(signature: signature, for: message, algorithm: algorithm))
                for other in SignatureAlgorithm.allCases where other != algorithm {
                    #expect(!publicKey.isValid(signature: signature, for: message, algorithm: other))
                }
                #expect(!publicKey.isValid(signature: signature + [0], for: message, algorithm: algorithm))
                #expect(!publicKey.isValid(signature: Array(signature.dropLast()), for: message, algorithm: algorithm))
                #expect(!publicKey.isValid(signature: [], for: message, algorithm: algorithm))
            }
        }
    }

    @Test("RFC 7518 §3.4: an ECDSA signature in DER is refused")
    func derSignature() throws {
        let key = try SigningKey.generate(.es256)
        let raw = try key.sign([1], algorithm: .es256)
        let der: [UInt8] = [0x30, 0x44, 0x02, 0x20] + raw.prefix(32) + [0x02, 0x20] + raw.suffix(32)
        #expect(!key.verificationKey.isValid(signature: der, for: [1], algorithm: .es256))
        #expect(key.verificationKey.isValid(signature: raw, for: [1], algorithm: .es256))
    }

    @Test("RFC 7518 §3.5: a PSS signature does not verify as PKCS #1 v1.5, nor the reverse")
    func padding() throws {
        let key = try SigningKey.generate(.rs256)
        for (signed, read) in [
            (SignatureAlgorithm.rs256, SignatureAlgorithm.ps256), (.ps256, .rs256), (.ps384, .ps256),
        ] {
            let signature = try key.sign([1], algorithm: signed)
            #expect(!key.verificationKey.isValid(signature: signature, for: [1], algorithm: read))
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () throws -> JSONObject
        let isRight: @Sendable (KeyError) -> Bool

        init(
            _ description: String, _ isRight: @escaping @Sendable (KeyError) -> Bool,
            _ make: @escaping @Sendable () throws -> JSONObject
        ) {
            testDescription = description
            self.isRight = isRight
            self.make = make
        }

        private static let weak: @Sendable (KeyError) -> Bool = { if case .weak = $0 { true } else { false } }
        private static let malformed: @Sendable (KeyError) -> Bool = { if case .malformed = $0 { true } else { false } }
        private static let unsupported: @Sendable (KeyError) -> Bool = {
            if case .unsupported = $0 { true } else { false }
        }
        private static let isPrivate: @Sendable (KeyError) -> Bool = {
            if case .privateMaterial = $0 { true } else { false }
        }
        private static let wrong: @Sendable (KeyError) -> Bool = {
            if case .wrongAlgorithm = $0 { true } else { false }
        }

        private static func rsa(_ n: [UInt8], _ e: [UInt8]) -> JSONObject {
            [
                "kty": "RSA", "n": .string(Base64URL.encode(n)),
                "e": .string(Base64URL.encode(e)),
            ]
        }

        private static func modulus(bits: Int) -> [UInt8] {
            [0x80] + [UInt8](repeating: 0x5A, count: bits / 8 - 2) + [0x03]
        }

        static let all: [Refused] = [
            .init("an RSA modulus of 1024 bits", weak) { rsa(modulus(bits: 1024), [1, 0, 1]) },
            .init("an RSA modulus of 2040 bits", weak) { rsa(modulus(bits: 2040), [1, 0, 1]) },
            .init("an RSA modulus of 8200 bits", weak) { rsa(modulus(bits: 8200), [1, 0, 1]) },
            .init("an RSA exponent of 1", weak) { rsa(modulus(bits: 2048), [1]) },
            .init("an even RSA exponent", weak) { rsa(modulus(bits: 2048), [1, 0, 2]) },
            .init("an RSA exponent of 34 bits", weak) { rsa(modulus(bits: 2048), [2, 0, 0, 0, 1]) },
            .init("an even RSA modulus", weak) { rsa(Array(modulus(bits: 2048).dropLast()) + [2], [1, 0, 1]) },
            .init("leading zeros", malformed) { rsa([0] + modulus(bits: 2048), [1, 0, 1]) },
            .init("a point off the curve", malformed) {
                try KeyTests.jwk(.es256).with(
                    "y", .string(Base64URL.encode([UInt8](repeating: 1, count: 32))))
            },
            .init("a short coordinate", malformed) { try KeyTests.jwk(.es256).with("x", "AAAA") },
            .init("a coordinate in padded base64", malformed) {
                let object = try KeyTests.jwk(.es256)
                return object.with("x", .string((object.string("x")?.text ?? "") + "="))
            },
            .init("P-256 with the coordinates of P-384", malformed) { try KeyTests.jwk(.es384).with("crv", "P-256") },
            .init("secp256k1", unsupported) { try KeyTests.jwk(.es256).with("crv", "secp256k1") },
            .init("X25519", unsupported) { try KeyTests.jwk(.edDSA).with("crv", "X25519") },
            .init("ML-DSA-44", unsupported) { try KeyTests.jwk(.mlDSA65).with("alg", "ML-DSA-44") },
            .init("an unknown kty", unsupported) { ["kty": "XYZ"] },
            .init("no kty", malformed) { JSONObject([]) },
            .init("kty that is not a string", malformed) { ["kty": .null] },
            .init("a symmetric key", { $0 == .symmetric }) { ["kty": "oct", "k": "AAAA"] },
            .init("a private EC key", isPrivate) { try KeyTests.jwk(.es256).with("d", "AAAA") },
            .init("a private RSA prime", isPrivate) { try KeyTests.jwk(.rs256).with("p", "AAAA") },
            .init("a private ML-DSA seed", isPrivate) { try KeyTests.jwk(.mlDSA65).with("priv", "AAAA") },
            .init("alg of another kind of key", wrong) { try KeyTests.jwk(.es256).with("alg", "RS256") },
            .init("an unknown alg", unsupported) { try KeyTests.jwk(.es256).with("alg", "ES256K") },
            .init("kid that is not a string", malformed) { try KeyTests.jwk(.es256).with("kid", .number(1)) },
            .init("key_ops that is not an array", malformed) { try KeyTests.jwk(.es256).with("key_ops", "verify") },
            .init("key_ops with one twice", malformed) {
                try KeyTests.jwk(.es256).with("key_ops", ["verify", "verify"])
            },
        ]
    }

    @Test("A key that is weak, private, symmetric or malformed is refused", arguments: Refused.all)
    func refused(_ example: Refused) throws {
        let object = try example.make()
        #expect { try JWK(object) } throws: { ($0 as? KeyError).map(example.isRight) == true }
    }

    @Test(
        "use, key_ops and alg allow or forbid verification",
        arguments: [
            ("use", "sig", true), ("use", "enc", false), ("use", "SIG", false), ("key_ops", ["verify"], true),
            ("key_ops", ["sign", "verify"], true), ("key_ops", ["sign"], false), ("key_ops", [], false),
            ("alg", "ES256", true), ("x5c", ["AAAA"], true), ("unknown", .null, true),
        ] as [(String, JSONValue, Bool)])
    func restrictions(_ member: String, _ value: JSONValue, _ isAllowed: Bool) throws {
        let key = try JWK(try Self.jwk(.es256).with(member, value))
        #expect(key.allowsVerification(with: .es256) == isAllowed)
        #expect(!key.allowsVerification(with: .es384))
        #expect(try JWK(key.object).allowsVerification(with: .es256) == isAllowed)
    }

    @Test("RFC 9864: EdDSA and Ed25519 name one algorithm", arguments: ["EdDSA", "Ed25519"])
    func edwards(_ name: String) throws {
        let key = try JWK(try Self.jwk(.edDSA).with("alg", .string(name)))
        #expect(key.algorithm == .edDSA)
    }

    @Test("RFC 7517 §5: a bad key is reported and does not affect the rest of the set")
    func set() throws {
        let good = try Self.jwk(.es256).with("kid", "good")
        let bad = try Self.jwk(.es256).with("kid", "bad").with("d", "AAAA")
        let text: JSONObject = ["keys": [.object(bad), .object(good), .null], "x": .number(1)]
        let set = try JWKSet(parsing: text.rendered())
        #expect(set.keys.map(\.keyID) == ["good"])
        #expect(set.refused.map(\.index) == [0, 2])
        #expect(set.refused.first?.keyID == "bad")
    }

    @Test(
        "A set is refused as a whole if it is malformed or too large",
        arguments: [
            "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}x",
            "{\"keys\":[\(Array(repeating: "null", count: 101).joined(separator: ","))]}",
            "{\"keys\":[],\"x\":\"\(String(repeating: "x", count: 262_144))\"}",
        ])
    func badSet(_ text: String) {
        #expect(throws: KeyError.self) { try JWKSet(parsing: Array(text.utf8)) }
    }

    @Test("DER that is damaged, encrypted or not a key is refused")
    func der() throws {
        let spki = try SigningKey.generate(.es256).verificationKey.spki
        for broken in [
            [], Array(spki.dropLast()), spki + [0], Array(spki.reversed()), [UInt8](repeating: 0x30, count: 500),
        ] {
            #expect(throws: KeyError.self) { try VerificationKey(spki: broken) }
            #expect(throws: KeyError.self) { try SigningKey(pkcs8: broken) }
        }
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) {
        self = .number(value)
    }
}
