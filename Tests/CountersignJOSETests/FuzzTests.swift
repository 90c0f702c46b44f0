import CountersignJOSE
import TestSupport
import Testing

@Suite("Fuzz: the assertion parser")
struct FuzzTests {
    private static let key = Result { try SigningKey.generate(.es256) }

    private func sign(_ header: String, payload: String) throws -> [UInt8] {
        try CompactJWS.sign(
            encodedHeader: Base64URL.encoded(Array(header.utf8)), payload: Array(payload.utf8), key: try Self.key.get(),
            algorithm: .es256)
    }

    @Test("A mutated token does not crash the process, parse ambiguously or verify")
    func fuzz() throws {
        var random = SeededRandom(seed: 7515)
        let seeds = [
            try sign("{\"alg\":\"ES256\",\"kid\":\"k\"}", payload: "{\"iss\":\"a\",\"exp\":1e3,\"aud\":[]}"),
            try sign("{\"alg\":\"ES256\",\"typ\":\"JWT\"}", payload: "{\"x\":[{\"y\":\"\\u00e9\"}],\"n\":-1.5e-7}"),
        ]
        let key = try Self.key.get().verificationKey
        for round in 0..<SeededRandom.rounds(20_000) {
            let seed = seeds[round % seeds.count]
            let token = random.mutated(seed)
            guard let jws = try? CompactJWS(parsing: token) else { continue }
            if let object = try? JSONObject(parsing: jws.payload) {
                #expect(try JSONObject(parsing: object.rendered()) == object)
            }
            // Only the token that was signed verifies.
            if key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: jws.header.algorithm) {
                #expect(token == seed)
            }
        }
    }

    @Test("A mutated JSON text does not crash the process")
    func fuzzJSON() {
        var random = SeededRandom(seed: 8259)
        let seed = Array("{\"a\":[1,-2.5e3,true,null,{\"b\":\"\\ud83d\\ude00é\"}],\"\\u0061\\\"\":\"\"}".utf8)
        for _ in 0..<SeededRandom.rounds(20_000) {
            guard let object = try? JSONObject(parsing: random.mutated(seed)) else { continue }
            #expect((try? JSONObject(parsing: object.rendered())) == object)
        }
    }
}
