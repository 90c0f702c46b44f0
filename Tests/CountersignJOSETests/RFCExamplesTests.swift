import CountersignJOSE
import Testing

@Suite("The examples of RFC 7515, RFC 7638 and RFC 8037")
struct RFCExamplesTests {
    @Test("RFC 7515 A.2 to A.4, RFC 8037 A.4: the signatures verify, but not with one bit changed")
    func signatures() throws {
        let examples = try Vectors.own("rfc-signatures.json").objects("examples")
        #expect(examples.count == 4)
        for example in examples {
            let jws = try CompactJWS(parsing: Array(example.text("token").utf8))
            let keyObject = try #require(example.object("key"))
            let key = try JWK(keyObject.without("d", "p", "q", "dp", "dq", "qi"))
            #expect(jws.header.algorithm.name == example.text("alg"))
            func verifies(_ signature: [UInt8], _ input: [UInt8]) -> Bool {
                key.key.isValid(signature: signature, for: input, algorithm: jws.header.algorithm)
            }
            #expect(verifies(jws.signature, jws.signingInput), "\(example.text("name"))")
            var signature = jws.signature
            signature[signature.count / 2] ^= 1
            #expect(!verifies(signature, jws.signingInput))
            var input = jws.signingInput
            input[0] ^= 1
            #expect(!verifies(jws.signature, input))
            // The public half verifies what the private half signs.
            let signer = try SigningKey(privateJWK: keyObject)
            let again = try signer.sign(jws.signingInput, algorithm: jws.header.algorithm)
            #expect(verifies(again, jws.signingInput))
            if example.text("alg") == "EdDSA" || example.text("alg") == "RS256" { #expect(again == jws.signature) }
        }
    }

    @Test("RFC 7515 A.1 and A.5: HMAC and none are refused")
    func refused() {
        let hmac = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.e30.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(throws: JWSError.algorithmNotAllowed("HS256")) { try CompactJWS(parsing: Array(hmac.utf8)) }
        #expect(throws: JWSError.structure("an empty part")) {
            try CompactJWS(parsing: Array("eyJhbGciOiJub25lIn0.e30.".utf8))
        }
        #expect(throws: JWSError.algorithmNotAllowed("none")) {
            try CompactJWS(parsing: Array("eyJhbGciOiJub25lIn0.e30.AA".utf8))
        }
    }

    @Test("RFC 7638 §3.1 and RFC 8037 A.3: thumbprints")
    func thumbprints() throws {
        let rsa: JSONObject = [
            "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
            "n": .string(
                ExactString(
                    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
                        + "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
                        + "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
                        + "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw")),
        ]
        #expect(try JWK(rsa).thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        let edwards: JSONObject = [
            "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        ]
        #expect(try JWK(edwards).thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }
}
