import Countersign
import Crypto
import Store
import TestSupport
import Testing

@testable import Server

@Suite("Sealing of opaque tokens")
struct OpaqueTokensTests {
    @Test(
        "A sealed token opens to the same contents",
        arguments: [
            ("billing", ["read", "write"], "https://api.example"), ("b", [], ""), ("café \u{1F600}", ["a"], "é"),
            (String(repeating: "x", count: 255), (0..<300).map { "scope:\($0)" }, "urn:a"),
        ] as [(String, [String], String)])
    func roundTrip(_ client: String, _ scope: [String], _ audience: String) async throws {
        let tokens = try await TokenBench().tokens()
        let token = TokenBench.token(client: client, scope: scope, audience: audience)
        let sealed = try #require(tokens.seal(token))
        #expect(try tokens.unseal(sealed, at: TestClock.start) == token)
    }

    @Test("A token has the format that secret scanners look for, and reveals nothing")
    func form() async throws {
        let tokens = try await TokenBench().tokens()
        let shortest = TokenBench.token(client: "b", scope: [], audience: "")
        for token in [shortest, TokenBench.token()] {
            let text = String(decoding: try #require(tokens.seal(token)), as: UTF8.self)
            #expect(text.wholeMatch(of: /cs_at_[A-Za-z0-9_-]{139,}/) != nil)
            let bytes = try #require(Base64URL.decode(String(text.dropFirst(6))))
            #expect(bytes.firstRange(of: token.keyThumbprint ?? []) == nil)
            #expect(bytes.firstRange(of: Array("https://api.example".utf8)) == nil)
        }
    }

    @Test("Sealing the same contents twice gives different tokens")
    func fresh() async throws {
        let tokens = try await TokenBench().tokens()
        let token = TokenBench.token()
        #expect(tokens.seal(token) != tokens.seal(token))
    }

    @Test("RFC 7519 §4.1.4: a token opens only before its expiry")
    func expiry() async throws {
        let tokens = try await TokenBench().tokens()
        let token = TokenBench.token(lifetime: .seconds(60))
        let sealed = try #require(tokens.seal(token))
        #expect(try tokens.unseal(sealed, at: token.expiry - .milliseconds(1)) == token)
        #expect(throws: OpaqueTokenFault.expired) { try tokens.unseal(sealed, at: token.expiry) }
    }

    @Test(
        "A token of another issuer does not open",
        arguments: [
            "https://as.example/", "https://other.example", "https://as.exampl", "",
        ])
    func otherIssuer(_ issuer: String) async throws {
        let bench = try await TokenBench()
        let sealed = try #require(bench.tokens(issuer: issuer).seal(TokenBench.token()))
        #expect(throws: OpaqueTokenFault.notAuthentic) { try bench.tokens().unseal(sealed, at: TestClock.start) }
    }

    @Test("A token of another server does not open, even if the key has the same number")
    func otherKey() async throws {
        let sealed = try #require(try await TokenBench().tokens().seal(TokenBench.token()))
        let tokens = try await TokenBench().tokens()
        #expect(throws: OpaqueTokenFault.notAuthentic) { try tokens.unseal(sealed, at: TestClock.start) }
    }

    @Test("A changed, added or missing byte anywhere is refused")
    func everyByte() async throws {
        let tokens = try await TokenBench().tokens()
        let sealed = try #require(tokens.seal(TokenBench.token()))
        var random = SeededRandom(seed: 7)
        for index in sealed.indices {
            var changed = sealed
            repeat { changed[index] = .random(in: .min ... .max, using: &random) } while changed == sealed
            #expect(throws: OpaqueTokenFault.self) { try tokens.unseal(changed, at: TestClock.start) }
            #expect(throws: OpaqueTokenFault.self) {
                try tokens.unseal(Array(sealed[..<index]), at: TestClock.start)
            }
        }
        for tail in ["A", "AA", "=", "==", "\n", "\0", "."] {
            #expect(throws: OpaqueTokenFault.self) { try tokens.unseal(sealed + tail.utf8, at: TestClock.start) }
        }
    }

    @Test("Random bytes and randomly changed tokens are refused")
    func fuzz() async throws {
        let tokens = try await TokenBench().tokens()
        let sealed = try #require(tokens.seal(TokenBench.token()))
        var random = SeededRandom(seed: 42)
        for _ in 0..<SeededRandom.rounds(3000) {
            let changed = random.mutated(sealed)
            if changed != sealed {
                #expect(throws: OpaqueTokenFault.self) { try tokens.unseal(changed, at: TestClock.start) }
            }
            let length = Int.random(in: 0...200, using: &random)
            let noise = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let token = OpaqueTokenFormat.prefix + Base64URL.encoded([1, 0, 0, 0, 1] + noise)
            #expect(throws: OpaqueTokenFault.self) { try tokens.unseal(token, at: TestClock.start) }
        }
    }

    @Test("base64url is parsed strictly: unused bits are zero, no padding, no other alphabet")
    func canonical() async throws {
        let tokens = try await TokenBench().tokens()
        // 112 bytes leave four unused bits in the last character.
        let token = TokenBench.token(client: "b", scope: [], audience: "")
        let sealed = try #require(tokens.seal(token))
        let last = try #require(sealed.last)
        #expect(sealed.count == 6 + 150)
        for character in Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/".utf8)
        where character != last {
            #expect(throws: OpaqueTokenFault.self) {
                try tokens.unseal(sealed.dropLast() + [character], at: TestClock.start)
            }
        }
    }

    @Test("Another version, or another text, is malformed")
    func malformed() async throws {
        let tokens = try await TokenBench().tokens()
        let sealed = try #require(tokens.seal(TokenBench.token()))
        var bytes = try #require(Base64URL.decode(sealed.dropFirst(6)))
        bytes[0] = 3
        let others: [[UInt8]] = [
            OpaqueTokenFormat.prefix + Base64URL.encoded(bytes), [], OpaqueTokenFormat.prefix, Array("cs_at_AQ".utf8),
            Array(sealed.dropFirst()), Array("cs_rt_".utf8) + sealed.dropFirst(6), Array("CS_AT_".utf8) + sealed[6...],
            OpaqueTokenFormat.prefix + [UInt8](repeating: 0x41, count: 1 << 20),
        ]
        for other in others {
            #expect(throws: OpaqueTokenFault.malformed) { try tokens.unseal(other, at: TestClock.start) }
        }
    }

    @Test("Contents beyond the limits are not sealed")
    func room() async throws {
        let tokens = try await TokenBench().tokens()
        #expect(tokens.seal(TokenBench.token(audience: String(repeating: "x", count: 65_536))) == nil)
        #expect(tokens.seal(TokenBench.token(audience: String(repeating: "x", count: 12_300))) == nil)
        let long = TokenBench.token(audience: String(repeating: "x", count: 12_000))
        #expect(try tokens.unseal(try #require(tokens.seal(long)), at: TestClock.start) == long)
    }

    @Test("A record with missing or extra bytes is refused")
    func record() throws {
        let token = TokenBench.token()
        let record = try #require(token.encoded())
        #expect(OpaqueToken(id: token.id, decoding: record) == token)
        for length in record.indices { #expect(OpaqueToken(id: token.id, decoding: Array(record[..<length])) == nil) }
        #expect(OpaqueToken(id: token.id, decoding: record + [0]) == nil)
        #expect(OpaqueToken(id: token.id, decoding: [9] + record.dropFirst()) == nil)
    }

    @Test("A token of a person's grant for several resources opens to the same contents, also without a client key")
    func grants() async throws {
        let tokens = try await TokenBench().tokens()
        for thumbprint in [nil, [UInt8](repeating: 7, count: 32)] {
            let token = OpaqueToken(
                id: OpaqueTokens.randomID(), client: "app", keyThumbprint: thumbprint, grant: .refreshToken,
                scope: Scope(tokens: ["openid"]), audiences: ["https://a.example", "https://b.example"],
                subject: "ada", grantID: [UInt8](repeating: 9, count: 16), issuedAt: TestClock.start,
                expiry: TestClock.start + .seconds(60))
            #expect(try tokens.unseal(try #require(tokens.seal(token)), at: TestClock.start) == token)
        }
    }

    @Test("A token of version 1, with one audience and without a person, still opens")
    func earlierVersion() async throws {
        let bench = try await TokenBench()
        let token = TokenBench.token()
        let key = try #require(bench.keys.newest)
        var header: [UInt8] = [1]
        header.append(bigEndian: key.number)
        header += token.id
        var record: [UInt8] = [1]
        record.append(bigEndian: token.issuedAt.milliseconds)
        record.append(bigEndian: token.expiry.milliseconds)
        record += token.keyThumbprint ?? []
        for text in ["billing", "https://api.example", "read write"] {
            record.append(bigEndian: UInt16(text.utf8.count))
            record += text.utf8
        }
        var context: [UInt8] = []
        for text in ["countersign/opaque-token", "1", "https://as.example", "access token"] {
            context.append(bigEndian: UInt32(text.utf8.count))
            context += text.utf8
        }
        let box = try AES.GCM.seal(
            record, using: key.derived(for: context + token.id), authenticating: context + header)
        let sealed = OpaqueTokenFormat.prefix + Base64URL.encoded(header + Array(try #require(box.combined)))
        #expect(try bench.tokens().unseal(sealed, at: TestClock.start) == token)
    }
}
