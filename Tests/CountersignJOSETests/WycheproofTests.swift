import CountersignJOSE
import Testing

@Suite("Wycheproof")
struct WycheproofTests {
    @Test(
        "Signatures: valid ones verify, invalid ones do not",
        arguments: [
            ("ecdsa_secp256r1_sha256_p1363_test.json", SignatureAlgorithm.es256, 262),
            ("ed25519_test.json", .edDSA, 151),
            ("rsa_signature_2048_sha256_test.json", .rs256, 259),
        ])
    func signatures(_ file: String, _ algorithm: SignatureAlgorithm, _ count: Int) throws {
        guard let vectors = try Vectors.wycheproof(file) else { return }
        var seen = 0
        for group in vectors.objects("testGroups") {
            let key = try VerificationKey(spki: group.hex("publicKeyDer"))
            for test in group.objects("tests") {
                let isValid = key.isValid(signature: test.hex("sig"), for: test.hex("msg"), algorithm: algorithm)
                // The one acceptable vector omits the NULL of the DigestInfo (RFC 8017 §9.2), which is refused here.
                #expect(isValid == (test.text("result") == "valid"), "\(file) \(test["tcId"]?.render() ?? "")")
                seen += 1
            }
        }
        #expect(seen == count)
    }

    @Test("JSON Web Keys: keys that are symmetric, weak, malformed or for another purpose verify nothing")
    func keys() throws {
        guard let vectors = try Vectors.wycheproof("json_web_key_test.json") else { return }
        var verified: [String] = []
        for group in vectors.objects("testGroups") {
            let object = try #require(group.object("public") ?? group.object("private"))
            let members = object["keys"] == nil ? [object] : object.objects("keys")
            for test in group.objects("tests") {
                guard let jws = try? CompactJWS(parsing: Array(test.text("jws").utf8)) else { continue }
                let keys = members.compactMap { try? JWK($0) }
                let accepting = keys.filter { key in
                    key.keyID == jws.header.keyID && key.allowsVerification(with: jws.header.algorithm)
                        && key.key.isValid(
                            signature: jws.signature, for: jws.signingInput, algorithm: jws.header.algorithm)
                }
                if !accepting.isEmpty { verified.append(group.text("comment") + " " + test.text("comment")) }
            }
        }
        // The other valid vectors are HMAC, which is not supported.
        #expect(verified == ["rs256 acceptsValid"])
    }
}
