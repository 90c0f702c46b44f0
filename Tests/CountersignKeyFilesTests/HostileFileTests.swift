import CountersignJOSE
import CountersignKeyFiles
import Testing

/// A generator with the same sequence in every run (SplitMix64; Steele, Lea and Flood 2014).
private struct Sequence64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Hostile files are refused with a reason and never crash the reader")
struct HostileFileTests {
    static let files = [
        "rsa.public.pem", "rsa.public.pkcs1.pem", "prime256v1.public.pem", "ed25519.public.pem", "rsa.certificate.pem",
        "prime256v1.certificate.pem", "ed25519.certificate.pem", "prime256v1.sec1-without-public.pem",
        "prime256v1.pkcs8.pem", "ed25519.pkcs8.pem", "request.pem", "Unusual/pss-sha256.public.pem",
        "Unusual/pss-sha256.pkcs8.pem", "Unusual/prime256v1.compressed.explicit.pem",
        "Unusual/prime256v1.explicit.pkcs8.pem", "Unusual/bmp.certificate.pem", "Unusual/pss.certificate.pem",
    ]

    /// Reads bytes as a public and as a private key file; checks that the result or error is consistent.
    private func read(_ bytes: [UInt8]) {
        do {
            let file = try KeyFile(bytes, name: "file")
            #expect(!file.keys.isEmpty && file.keys.allSatisfy { !$0.jwk.thumbprint.isEmpty })
        } catch {
            #expect(error.message.hasPrefix("file: "))
        }
        do {
            #expect(!(try PrivateKeyFile(bytes, name: "file")).key.pkcs8.isEmpty)
        } catch {
            #expect(error.message.hasPrefix("file: "))
        }
    }

    @Test("DER truncated anywhere is refused", arguments: files)
    func truncated(_ file: String) throws {
        let der = try Fixture.der(file)
        for length in 0..<der.count {
            #expect(Fixture.refusal(Array(der.prefix(length))) != nil)
            #expect(Fixture.refusalAsPrivate(Array(der.prefix(length))) != nil)
        }
    }

    @Test("DER with changed bytes", arguments: files)
    func mutated(_ file: String) throws {
        let der = try Fixture.der(file)
        var numbers = Sequence64(state: UInt64(der.count))
        for _ in 0..<600 {
            var changed = der
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<changed.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: changed[place] = UInt8.random(in: .min ... .max, using: &numbers)
                case 1: changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
                case 2: changed.insert(UInt8.random(in: .min ... .max, using: &numbers), at: place)
                default: changed.remove(at: place)
                }
            }
            read(changed)
        }
    }

    @Test("PEM and JSON with changed bytes", arguments: ["chain.pem", "prime256v1.sec1.pem", "jwk"])
    func mutatedText(_ file: String) throws {
        let jwk = JWK(key: try Fixture.publicKeys("rsa.public.pem").keys[0].jwk.key, keyID: "one")
        let text = file == "jwk" ? Array(JWKSet([jwk]).render().utf8) : try Fixture.bytes(file)
        var numbers = Sequence64(state: UInt64(text.count))
        for _ in 0..<600 {
            var changed = text
            let place = Int.random(in: 0..<changed.count, using: &numbers)
            if Bool.random(using: &numbers) {
                changed[place] = UInt8.random(in: .min ... .max, using: &numbers)
            } else {
                changed.removeSubrange(place..<Int.random(in: place..<changed.count, using: &numbers))
            }
            read(changed)
        }
    }

    @Test("Deep nesting, enormous lengths, indefinite lengths")
    func bombs() {
        read([UInt8](repeating: 0x30, count: 100_000))
        read([UInt8](repeating: 0xA0, count: 100_000))
        read((0..<50_000).flatMap { _ in [0x30, 0x80] as [UInt8] })
        read([0x30, 0x88] + [UInt8](repeating: 0xFF, count: 8))
        read([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x02, 0x01, 0x00])
        read(Array(String(repeating: "[", count: 100_000).utf8))
        read(Array(("{\"keys\":" + String(repeating: "[", count: 100_000)).utf8))
        read(Array(String(repeating: "{\"a\":", count: 40_000).utf8))
    }

    @Test("Files of the maximum length, in every shape that a parser handles", arguments: longTexts.indices)
    func long(_ index: Int) {
        let (before, part, after) = Self.longTexts[index]
        let count = (KeyFile.maximumLength - before.utf8.count - after.utf8.count) / part.utf8.count
        read(Array((before + String(repeating: part, count: count) + after).utf8))
    }

    /// Text before a repeated part, the part, and the text after it.
    static let longTexts = [
        ("", "\n", ""), ("", "-----BEGIN PUBLIC KEY-----\n", ""), ("", "-----END PUBLIC KEY-----\n", ""), ("", "-", ""),
        ("-----BEGIN PUBLIC KEY-----\n", "a: b\n", "\n-----END PUBLIC KEY-----"),
        ("-----BEGIN PUBLIC KEY-----\n", "MAAw", "\n-----END PUBLIC KEY-----"),
        ("", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", ""),
        (#"{"keys":["#, "{},", "{}]}"), (#"{"keys":["#, #"{"kty":"RSA"},"#, "{}]}"), (#"{"kty":""#, "a", #""}"#),
        (#"{"kty":""#, #"\u0041"#, #""}"#), (#"{"a":["#, "[],", "[]]}"), (#"{"a":"#, "1", "}"), ("{", " ", "}"),
    ]

    @Test("DER of the maximum length and depth")
    func longDER() {
        func element(_ content: [UInt8]) -> [UInt8] {
            let length = content.count
            return [0x30, 0x83, UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)] + content
        }
        read(element([[UInt8]](repeating: [0x30, 0x00], count: 131_000).flatMap { $0 }))
        read(
            element([0x30, 0x00, 0x04, 0x00] + [[UInt8]](repeating: [0x02, 0x01, 0x00], count: 80_000).flatMap { $0 }))
        for depth in [40, 60, 5_000] {
            read((0..<depth).reduce([0x05, 0x00]) { content, _ in element(content) })
        }
    }
}
