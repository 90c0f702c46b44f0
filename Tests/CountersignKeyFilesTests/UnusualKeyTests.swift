import CountersignJOSE
import CountersignKeyFiles
import Testing

@Suite("Unusual and restricted keys written by OpenSSL")
struct UnusualKeyTests {
    struct Restricted: Sendable, CustomTestStringConvertible {
        let name: String
        let algorithms: [SignatureAlgorithm]
        var testDescription: String { name }
    }

    static let restricted = [
        Restricted(name: "pss", algorithms: [.ps256, .ps384, .ps512]),
        Restricted(name: "pss-sha256", algorithms: [.ps256]),
        Restricted(name: "pss-sha384", algorithms: [.ps384]),
        Restricted(name: "pss-sha512", algorithms: [.ps512]),
        // RFC 4055 §3.3: the salt length of a key is a minimum.
        Restricted(name: "pss-sha256-salt20", algorithms: [.ps256]),
    ]

    @Test("RFC 4055: an RSASSA-PSS key uses only the algorithms that its parameters allow", arguments: restricted)
    func limits(_ example: Restricted) throws {
        let jwk = try Fixture.publicKeys("Unusual/\(example.name).public.pem").keys[0].jwk
        #expect(jwk.verificationAlgorithms == example.algorithms)
        #expect(
            try JWK(JSONObject(parsing: Array(jwk.object.render().utf8))).verificationAlgorithms == example.algorithms)
        let named = try ImportedKey(jwk: jwk).named("kid").jwk
        #expect(named.verificationAlgorithms == example.algorithms)

        let key = try Fixture.privateKey("Unusual/\(example.name).pkcs8.pem").key
        for algorithm in SignatureAlgorithm.allCases {
            if example.algorithms.contains(algorithm) {
                let signature = try key.sign([1, 2], algorithm: algorithm)
                #expect(jwk.key.isValid(signature: signature, for: [1, 2], algorithm: algorithm))
            } else {
                #expect(throws: KeyError.self) { try key.sign([1, 2], algorithm: algorithm) }
            }
        }
        #expect(key.defaultAlgorithm == example.algorithms[0])
    }

    @Test(
        "An RSASSA-PSS key whose parameters match no JWS algorithm is refused with the reason",
        arguments: [
            ("pss-sha1", "SHA-1, MGF1 with SHA-1 and a salt of 20"),
            ("pss-sha256-mgf1-sha1", "SHA-256, MGF1 with SHA-1"), ("pss-sha256-salt64", "a salt of 64 bytes or more"),
            ("pss-sha224", "2.16.840.1.101.3.4.2.4"),
        ])
    func unusable(_ name: String, _ words: String) throws {
        for refusal in [
            Fixture.refusal(try Fixture.bytes("Unusual/\(name).public.pem")),
            Fixture.refusalAsPrivate(try Fixture.bytes("Unusual/\(name).pkcs8.pem")),
        ] {
            guard case .refused(let error) = refusal else {
                Issue.record("\(String(describing: refusal))")
                continue
            }
            #expect(error.phrase.contains(words), "\(error.phrase)")
        }
    }

    @Test(
        "RFC 5480: compressed and uncompressed points, on named and explicit curves, are the same key",
        arguments: ["prime256v1", "secp384r1", "secp521r1"])
    func points(_ curve: String) throws {
        let key = try Fixture.privateKey("Unusual/\(curve).sec1.pem").key
        for form in ["uncompressed.public", "compressed.public", "uncompressed.explicit", "compressed.explicit"] {
            let jwk = try Fixture.publicKeys("Unusual/\(curve).\(form).pem").keys[0].jwk
            #expect(jwk.thumbprint == key.verificationKey.thumbprint)
        }
        for form in ["hybrid.public", "hybrid.explicit"] {
            guard case .refused = Fixture.refusal(try Fixture.bytes("Unusual/\(curve).\(form).pem")) else {
                Issue.record("\(form) was not refused")
                continue
            }
        }
        for form in ["explicit.sec1", "explicit.pkcs8"] {
            let copy = try Fixture.privateKey("Unusual/\(curve).\(form).pem").key
            #expect(copy.verificationKey.thumbprint == key.verificationKey.thumbprint)
        }
    }

    @Test("An unsupported explicit curve is refused")
    func otherCurve() throws {
        guard
            case .refused(.unsupported(let detail)) = Fixture.refusal(
                try Fixture.bytes("Unusual/secp256k1.explicit.pem"))
        else {
            Issue.record("not refused")
            return
        }
        #expect(detail.contains("P-256, P-384 or P-521"))
    }

    @Test("Null members count as absent in JWKs and JWK Sets, public and private")
    func nullMembers() throws {
        let key = try SigningKey.generate(.es256)
        func file(_ object: JSONObject, _ wrap: (String) -> String) -> [UInt8] {
            var object = object
            for member in ["kid", "alg", "use", "key_ops", "x5c", "k", "priv", "p"] where object[member] == nil {
                object.set(member, .null)
            }
            return Array(wrap(object.render()).utf8)
        }
        var open = JWK(key: key.verificationKey).object
        open.set("d", .null)
        for wrap: (String) -> String in [
            { $0 }, { #"{"keys":[\#($0)],"more":null}"# }, { "{\"keys\":null," + $0.dropFirst() },
        ] {
            #expect(
                try KeyFile(file(open, wrap), name: "json").keys.map(\.jwk.thumbprint) == [
                    key.verificationKey.thumbprint
                ])
            #expect(Fixture.refusalAsPrivate(file(open, wrap)) == .noPrivateKey(.public(.jwk)))
            let secret = file(key.privateJWK(), wrap)
            #expect(Fixture.refusal(secret) == .privateKey(.jwk))
            let read = try PrivateKeyFile(secret, name: "json").key
            #expect(read.verificationKey.thumbprint == key.verificationKey.thumbprint)
        }
    }
}
