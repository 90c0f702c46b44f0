import Countersign
import Testing

@Suite("Rules 1 to 7, RFC 7515 and RFC 8725: checks that need no key")
struct HeaderRulesTests {
    struct Malformation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable () throws -> [UInt8]
        let rule: Rule

        init(_ description: String, _ rule: Rule, _ make: @escaping @Sendable () throws -> [UInt8]) {
            testDescription = description
            self.rule = rule
            self.make = make
        }

        static let all: [Malformation] = [
            .init("nothing", .structure) { [] },
            .init("two parts", .structure) { Array("e30.e30".utf8) },
            .init("five parts, a JWE", .structure) { Array("e30.e30.e30.e30.e30".utf8) },
            .init("JSON serialization", .structure) { Array("{\"payload\":\"\",\"signature\":\"\"}".utf8) },
            .init("an empty signature", .structure) {
                let token = try Workbench.sign(Workbench.claims())
                return Array(token[...(token.lastIndex(of: UInt8(ascii: "."))!)])
            },
            .init("longer than 16 KiB", .structure) {
                try Workbench.sign(
                    Workbench.claims([("x", .string(String(repeating: "x", count: 16_384)))]))
            },
            .init("padding", .encoding) { try Workbench.sign(Workbench.claims()) + Array("=".utf8) },
            .init("white space", .encoding) { try Workbench.sign(Workbench.claims()) + Array("\n".utf8) },
            .init("the other alphabet", .encoding) {
                var token = try Workbench.sign(Workbench.claims())
                token[token.count - 2] = UInt8(ascii: "+")
                return token
            },
            .init("claims with a duplicate member", .json) {
                try Workbench.sign(payload: "{\"iss\":\"billing\",\"iss\":\"billing\"}")
            },
            .init("claims with a duplicate below", .json) {
                try Workbench.sign(payload: "{\"iss\":\"billing\",\"x\":{\"a\":1,\"\\u0061\":2}}")
            },
            .init("claims that are an array", .json) { try Workbench.sign(payload: "[]") },
            .init("claims with something after them", .json) { try Workbench.sign(payload: "{} {}") },
            .init("claims nine deep", .json) {
                try Workbench.sign(
                    payload: "{\"x\":" + String(repeating: "[", count: 8) + String(repeating: "]", count: 8) + "}")
            },
            .init("claims with a byte order mark", .json) { try Workbench.sign(payload: "\u{FEFF}{}") },
        ]
    }

    @Test("An assertion that is not a strict JWS is malformed, and the rule is reported", arguments: Malformation.all)
    func malformed(_ example: Malformation) async throws {
        let rejection = await Workbench().rejection(try example.make())
        #expect(rejection?.code == .malformed)
        #expect(rejection?.rule == example.rule)
    }

    @Test(
        "RFC 8725 §3.1: none, HMAC and unknown algorithms are refused",
        arguments: ["none", "None", "HS256", "HS384", "HS512", "ES256K", "RSA1_5", "es256", ""])
    func algorithm(_ name: String) async throws {
        let token = try Workbench.sign(Workbench.claims(), header: [("alg", .string(name))])
        #expect(await Workbench().verdict(token) == .algorithmNotAllowed)
    }

    @Test("RFC 7515 §4.1.11: crit and b64 are refused, whatever their value", arguments: ["crit", "b64"])
    func critical(_ parameter: String) async throws {
        let value: JSONValue = parameter == "crit" ? .array(["exp"]) : .boolean(true)
        let token = try Workbench.sign(Workbench.claims(), header: [(parameter, value)])
        #expect(await Workbench().verdict(token) == .criticalHeader)
    }

    @Test(
        "RFC 8725 §3.11: typ is compared as a media type",
        arguments: [
            ("JWT", true), ("jwt", true), ("application/jwt", true), ("client-authentication+jwt", true),
            ("Application/Client-Authentication+JWT", true), ("at+jwt", false), ("dpop+jwt", false),
            ("oauth-authz-req+jwt", false), ("application/application/jwt", false), ("", false), ("text/jwt", false),
        ])
    func type(_ type: String, isAccepted: Bool) async throws {
        let token = try Workbench.sign(Workbench.claims(), header: [("typ", .string(type))])
        #expect(await Workbench().verdict(token) == (isAccepted ? nil : .wrongType))
    }

    @Test("RFC 8725 §3.10: a key in the header is never trusted", arguments: ["jwk", "jku", "x5u", "x5c"])
    func keyInHeader(_ parameter: String) async throws {
        let jwk = JWK(key: Workbench.unregisteredKey.verificationKey, keyID: nil, algorithm: nil, use: nil)
        let values: [String: JSONValue] = [
            "jwk": .object(jwk.object), "jku": "https://stranger.example/jwks", "x5u": "https://stranger.example/x5u",
            "x5c": .array(["AAAA"]),
        ]
        let header = [(parameter, values[parameter]!)]
        let forged = try Workbench.sign(Workbench.claims(), header: header, key: Workbench.unregisteredKey)
        #expect(await Workbench().verdict(forged) == .badSignature)
        let honest = try Workbench.sign(Workbench.claims(), header: header)
        #expect(await Workbench().verdict(honest) == nil)
    }
}
