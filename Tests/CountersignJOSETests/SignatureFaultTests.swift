import CountersignJOSE
import Testing

@Suite("RFC 7518 §3.3 to §3.5: the form of a signature")
struct SignatureFaultTests {
    /// Bytes that are not text.
    private static func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x9D, count: count) }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// SEQUENCE { INTEGER, INTEGER }, each of the given length.
    private static func der(_ length: Int) -> [UInt8] {
        let integer = [0x02, UInt8(length)] + bytes(length)
        let body = integer + integer
        return [0x30] + (body.count > 127 ? [0x81] : []) + [UInt8(body.count)] + body
    }

    @Test("A valid signature has no fault", arguments: SignatureAlgorithm.allCases)
    func trueSignatures(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        for number in 0..<20 {
            #expect(algorithm.fault(in: try key.sign([UInt8(number)], algorithm: algorithm)) == nil)
        }
    }

    @Test(
        "DER is recognised, with short lengths and with long ones",
        arguments: [(.es256, 33), (.es256, 32), (.es384, 49), (.es512, 66), (.es256, 64), (.rs256, 32)]
            as [(SignatureAlgorithm, Int)])
    func der(_ algorithm: SignatureAlgorithm, _ length: Int) {
        let signature = Self.der(length)
        #expect(algorithm.fault(in: signature) == .der(length: signature.count))
    }

    @Test(
        "Bytes that only begin like DER have the wrong length",
        arguments: [[], [0x30], [0x30, 0x81], [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01], [0x30, 0x02, 0x02, 0x00]]
            as [[UInt8]])
    func notDER(_ signature: [UInt8]) {
        #expect(SignatureAlgorithm.es256.fault(in: signature) == .length(signature.count))
        #expect(SignatureAlgorithm.es256.fault(in: Self.der(33) + [0]) == .length(73))
    }

    @Test(
        "Hexadecimal digits are recognised, in base64url or not",
        arguments: [(.es256, 64), (.edDSA, 64), (.es384, 96), (.es512, 132), (.rs256, 256), (.ps512, 512)]
            as [(SignatureAlgorithm, Int)])
    func hexadecimal(_ algorithm: SignatureAlgorithm, _ length: Int) throws {
        let digits = Self.hex(Self.bytes(length))
        for text in [digits, digits.uppercased()] {
            #expect(algorithm.fault(in: Array(text.utf8)) == .hexadecimal(digits: 2 * length))
            let plain = try #require(Base64URL.decode(text))
            #expect(algorithm.fault(in: plain) == .hexadecimal(digits: 2 * length))
        }
    }

    @Test("base64 of base64 is recognised", arguments: [(.es256, 64), (.rs256, 256)] as [(SignatureAlgorithm, Int)])
    func twice(_ algorithm: SignatureAlgorithm, _ length: Int) {
        let text = Array(Base64URL.encode(Self.bytes(length)).utf8)
        #expect(algorithm.fault(in: text) == .base64(characters: text.count))
        #expect(algorithm.fault(in: text + Array("==".utf8)) == .base64(characters: text.count + 2))
    }

    @Test(
        "Every other length is reported",
        arguments: [
            (.es256, 63), (.es256, 65), (.es256, 96), (.es384, 64), (.es512, 131), (.es512, 133), (.edDSA, 114),
            (.rs256, 128), (.rs256, 255), (.ps256, 1025), (.mlDSA65, 64), (.mlDSA87, 3309),
        ] as [(SignatureAlgorithm, Int)])
    func length(_ algorithm: SignatureAlgorithm, _ length: Int) {
        #expect(algorithm.fault(in: Self.bytes(length)) == .length(length))
    }

    @Test("RSA signatures have the length of the key", arguments: [256, 257, 384, 512, 1024])
    func rsa(_ length: Int) {
        #expect(SignatureAlgorithm.rs256.fault(in: Self.bytes(length)) == nil)
    }

    @Test(
        "A part that is not base64url is reported with its first wrong character",
        arguments: [
            ("e30=", "the header has padding, '=', at character 4"),
            ("e3+0", "the header has '+' of ordinary base64 at character 3"),
            ("e3\n0", "the header has a line break at character 3"), ("\"e30", "the header has '\"' at character 1"),
            ("e30xa", "the header has 5 characters, a length that base64url never has: it was cut off"),
            ("e31", "the header ends with bits that are not zero: it was cut off or changed"),
            ("e\u{7F}", "the header has the byte 0x7f at character 2"),
            (String(repeating: "e1", count: 33), "the header is 66 hexadecimal digits"),
        ])
    func encoding(_ header: String, _ words: String) {
        #expect(throws: JWSError.encoding(words)) { try CompactJWS(parsing: Array("\(header).e30.e30".utf8)) }
    }
}
