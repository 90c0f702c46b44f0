import Countersign
import Testing

@Suite("Rules 23 and 24, RFC 7523 §3 (7): jti")
struct ReplayTests {
    @Test(
        "jti is a string of 1 to 256 bytes",
        arguments: [
            (nil, .missingClaim), ("", .missingClaim), (.number(7), .wrongClaimType),
            (.null, .wrongClaimType),
            (.string(String(repeating: "j", count: 256)), nil),
            (.string(String(repeating: "j", count: 257)), .missingClaim),
            (.string(String(repeating: "é", count: 129)), .missingClaim), ("j", nil),
        ] as [(JSONValue?, RejectionCode?)])
    func form(_ jti: JSONValue?, _ code: RejectionCode?) async throws {
        #expect(await Workbench().verdict(try Workbench.sign(Workbench.claims([("jti", jti)]))) == code)
    }

    @Test("An assertion can be used once")
    func once() async throws {
        let workbench = Workbench()
        let token = try Workbench.sign(Workbench.claims())
        #expect(await workbench.verdict(token) == nil)
        #expect(await workbench.verdict(token) == .replayed)
        #expect(await workbench.verdict(try Workbench.sign(Workbench.claims())) == nil)
    }

    @Test("Canonically equivalent jtis are different")
    func bytes() async throws {
        let workbench = Workbench()
        for jti in ["\u{E9}", "e\u{301}"] as [ExactString] {
            #expect(await workbench.verdict(try Workbench.sign(Workbench.claims([("jti", .string(jti))]))) == nil)
        }
    }

    @Test("An assertion can be used again if the policy or the client's own option allows it")
    func reuse() async throws {
        let token = try Workbench.sign(Workbench.claims())
        for workbench in [Workbench(policy: { $0.preventsReuse = false }), Workbench(allowsReuse: true)] {
            #expect(await workbench.verdict(token) == nil)
            #expect(await workbench.verdict(token) == nil)
            #expect(workbench.replayGuard.claims.isEmpty)
        }
        let strict = Workbench(policy: { $0.preventsReuse = false }, allowsReuse: false)
        #expect(await strict.verdict(token) == nil)
        #expect(await strict.verdict(token) == .replayed)
    }

    @Test("The legacy profile uses the signing input in place of an absent jti, once")
    func legacy() async throws {
        let workbench = Workbench(profile: .legacy)
        let token = try Workbench.sign(Workbench.claims([("jti", nil)]))
        #expect(await workbench.verdict(token) == nil)
        #expect(await workbench.verdict(token) == .replayed)
        // ES256 signatures of the same input differ; the assertion is still the same.
        let parts = token.split(separator: UInt8(ascii: "."))
        let input = Array(parts[0] + [0x2E] + parts[1])
        let signature = try Workbench.key.sign(input, algorithm: .es256)
        let resigned = input + [0x2E] + Array(Base64URL.encode(signature).utf8)
        #expect(await workbench.verdict(resigned) == .replayed)
        let broken = try Workbench.sign(Workbench.claims([("jti", .number(1))]))
        #expect(await workbench.verdict(broken) == .wrongClaimType)
    }

    @Test(
        "The claim is kept until exp plus the longest skew, in case the skew is raised later",
        arguments: [10, 30, 60])
    func claimExpiry(_ skew: Int) async throws {
        let workbench = Workbench(policy: { $0.clockSkew = .seconds(skew) })
        #expect(await workbench.verdict(try Workbench.sign(Workbench.claims())) == nil)
        #expect(
            workbench.replayGuard.claims.map(\.expiry) == [
                Workbench.now + .seconds(60) + AssertionPolicy.longestClockSkew
            ])
        #expect(workbench.replayGuard.claims.map(\.digest.count) == [16])
    }

    @Test(
        "Nothing is claimed if another rule fails",
        arguments: [
            [("exp", .number(0))], [("aud", "https://other.example")], [("jti", "")], [("iss", "x")],
        ] as [[(String, JSONValue?)]])
    func nothingStored(_ changes: [(String, JSONValue?)]) async throws {
        let workbench = Workbench()
        #expect(await workbench.verdict(try Workbench.sign(Workbench.claims(changes))) != nil)
        let forged = try Workbench.sign(Workbench.claims(), key: Workbench.unregisteredKey)
        #expect(await workbench.verdict(forged) == .badSignature)
        #expect(workbench.replayGuard.claims.isEmpty)
    }

    @Test("If the store is unavailable, the assertion is neither refused nor accepted")
    func unavailable() async throws {
        let workbench = Workbench()
        let token = try Workbench.sign(Workbench.claims())
        workbench.replayGuard.fail(with: StoreUnavailable("disk full"))
        await #expect {
            _ = try await workbench.verify(token)
        } throws: { error in
            guard case AssertionFailure.unavailable(let reason) = error else { return false }
            return reason == StoreUnavailable("disk full")
        }
        workbench.replayGuard.fail(with: nil)
        #expect(await workbench.verdict(token) == nil)
    }
}
