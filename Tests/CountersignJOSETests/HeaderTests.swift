import CountersignJOSE
import Testing

@Suite("RFC 7515 §4, §7.1: the compact serialization")
struct HeaderTests {
    private static let key = Result { try SigningKey.generate(.es256) }

    private func sign(_ header: String, payload: String = "{}") throws -> [UInt8] {
        try CompactJWS.sign(
            encodedHeader: Base64URL.encoded(Array(header.utf8)), payload: Array(payload.utf8), key: try Self.key.get(),
            algorithm: .es256)
    }

    @Test(
        "A header that is not allowed is refused even with a valid signature",
        arguments: [
            ("{\"alg\":\"none\"}", JWSError.algorithmNotAllowed("none")),
            ("{\"alg\":\"HS256\"}", .algorithmNotAllowed("HS256")), ("{}", .algorithmNotAllowed("absent")),
            ("{\"alg\":1}", .algorithmNotAllowed("not a string")),
            ("{\"alg\":\"ES256\",\"crit\":[]}", .criticalHeader("crit")),
            ("{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", .criticalHeader("crit")),
            ("{\"alg\":\"ES256\",\"b64\":false}", .criticalHeader("b64")),
            ("{\"alg\":\"ES256\",\"b64\":true}", .criticalHeader("b64")),
            ("{\"alg\":\"ES256\",\"kid\":1}", .json("kid is a number, not a string")),
            ("{\"alg\":\"ES256\",\"typ\":[]}", .json("typ is an array, not a string")),
            ("{\"alg\":\"ES256\",\"x5t#S256\":null}", .json("x5t#S256 is null, not a string")),
        ])
    func header(_ header: String, _ error: JWSError) throws {
        let token = try sign(header)
        #expect(throws: error) { try CompactJWS(parsing: token) }
    }

    @Test(
        "A header with a duplicate member is refused",
        arguments: [
            "{\"alg\":\"ES256\",\"alg\":\"ES256\"}", "{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}",
            "{\"alg\":\"ES256\",\"x\":{\"a\":1,\"a\":1}}",
        ])
    func duplicate(_ header: String) throws {
        let token = try sign(header)
        #expect { try CompactJWS(parsing: token) } throws: {
            if case JWSError.json = $0 { true } else { false }
        }
    }
}
