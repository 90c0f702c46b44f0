import Countersign
import Testing

@Suite("Rule 17, RFC 7523 §3 (3): audience")
struct AudienceTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let profile: AudienceProfile
        let audience: JSONValue?
        let code: RejectionCode?
        var endpoint = Workbench.tokenEndpoint

        var testDescription: String { "\(profile) \(audience?.render() ?? "absent") at \(endpoint)" }

        static let issuer = JSONValue.string(Workbench.issuer)
        static let token = JSONValue.string(Workbench.tokenEndpoint)
        static let par = JSONValue.string(Workbench.otherEndpoint)

        static let all: [Example] = [
            .init(profile: .compatible, audience: issuer, code: nil),
            .init(profile: .compatible, audience: token, code: nil),
            .init(profile: .compatible, audience: "https://alias.example", code: nil),
            .init(profile: .compatible, audience: par, code: .wrongAudience),
            .init(profile: .compatible, audience: par, code: nil, endpoint: Workbench.otherEndpoint),
            .init(profile: .compatible, audience: token, code: nil, endpoint: Workbench.otherEndpoint),
            .init(profile: .compatible, audience: .array([issuer]), code: nil),
            .init(profile: .compatible, audience: .array([issuer, "https://other.example"]), code: .wrongAudience),
            .init(profile: .compatible, audience: .array([issuer, issuer]), code: .wrongAudience),
            .init(profile: .compatible, audience: [], code: .wrongAudience),
            .init(profile: .compatible, audience: .array([.number(1)]), code: .wrongClaimType),
            .init(profile: .compatible, audience: .array([.array([issuer])]), code: .wrongClaimType),
            .init(profile: .compatible, audience: .number(1), code: .wrongClaimType),
            .init(profile: .compatible, audience: .null, code: .wrongClaimType),
            .init(profile: .compatible, audience: "", code: .wrongAudience),
            .init(profile: .compatible, audience: "https://as.example/", code: nil),
            .init(profile: .compatible, audience: .array(["https://as.example/"]), code: nil),
            .init(profile: .compatible, audience: "https://as.example//", code: .wrongAudience),
            .init(profile: .compatible, audience: "https://as.example/?", code: .wrongAudience),
            .init(profile: .compatible, audience: "https://as.example/oauth2/token/", code: .wrongAudience),
            .init(profile: .compatible, audience: "https://alias.example/", code: .wrongAudience),
            .init(profile: .compatible, audience: "HTTPS://as.example", code: .wrongAudience),
            .init(profile: .compatible, audience: nil, code: .missingClaim),
            .init(profile: .strict, audience: issuer, code: nil),
            .init(profile: .strict, audience: token, code: .wrongAudience),
            .init(profile: .strict, audience: "https://alias.example", code: .wrongAudience),
            .init(profile: .strict, audience: .array([issuer]), code: nil),
            .init(profile: .strict, audience: .array([issuer, issuer]), code: .wrongAudience),
            .init(profile: .strict, audience: .array([token]), code: .wrongAudience),
            .init(profile: .strict, audience: [], code: .wrongAudience),
            .init(profile: .strict, audience: "https://as.example/", code: .wrongAudience),
            .init(profile: .strict, audience: .array(["https://as.example/"]), code: .wrongAudience),
            .init(profile: .fapi, audience: issuer, code: nil),
            .init(profile: .fapi, audience: "https://as.example/", code: .wrongAudience),
            .init(profile: .fapi, audience: token, code: .wrongAudience),
            .init(profile: .fapi, audience: "https://alias.example", code: .wrongAudience),
            .init(profile: .fapi, audience: .array([issuer]), code: .wrongAudience),
            .init(profile: .fapi, audience: nil, code: .missingClaim),
            .init(profile: .legacy, audience: "https://as.example/", code: nil),
            .init(profile: .legacy, audience: .array(["https://as.example/", "https://other.example"]), code: nil),
            .init(profile: .legacy, audience: .array([issuer, "https://other.example"]), code: nil),
            .init(profile: .legacy, audience: .array(["https://other.example"]), code: .wrongAudience),
            .init(profile: .legacy, audience: [], code: .wrongAudience),
            .init(profile: .legacy, audience: token, code: nil),
        ]
    }

    @Test("is accepted or refused by profile", arguments: Example.all)
    func profile(_ example: Example) async throws {
        let token = try Workbench.sign(Workbench.claims([("aud", example.audience)]))
        #expect(
            await Workbench(profile: example.profile).verdict(token, endpoint: example.endpoint) == example.code)
    }

    @Test(
        "RFC 3986 §6.2.3: a trailing slash is accepted only after an issuer without a path",
        arguments: [
            ("https://as.example", nil), ("http://127.0.0.1:9443", nil), ("https://as.example/tenant", .wrongAudience),
            ("https://as.example?tenant", .wrongAudience), ("https://as.example/", .wrongAudience),
            ("as.example", .wrongAudience), ("urn://as", .wrongAudience), ("https://", .wrongAudience),
        ] as [(String, RejectionCode?)])
    func issuerWithoutPath(_ issuer: String, _ code: RejectionCode?) async throws {
        let token = try Workbench.sign(Workbench.claims([("aud", .string(issuer + "/"))]))
        var workbench = Workbench()
        workbench.issuer = issuer
        #expect(await workbench.verdict(token) == code)
    }

    @Test("draft-ietf-oauth-rfc7523bis: a missing explicit type is reported to the caller", arguments: [true, false])
    func explicitTyping(_ byClient: Bool) async throws {
        let workbench = Workbench(policy: { $0.requiresExplicitTyping = !byClient }, explicitTyping: byClient)
        for type in ["JWT", nil] as [ExactString?] {
            let header = type.map { [("typ", JSONValue.string($0))] } ?? []
            let rejection = await workbench.rejection(try Workbench.sign(Workbench.claims(), header: header))
            #expect(rejection == .wrongType(found: type, isRequired: true))
            #expect(rejection?.isDisclosed == true)
        }
        let typed = try Workbench.sign(Workbench.claims(), header: [("typ", "client-authentication+jwt")])
        #expect(await workbench.verdict(typed) == nil)
    }
}
