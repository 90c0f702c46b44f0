import Countersign
import TestSupport
import Testing

@Suite("Audience profiles, on a running server", .ownThreads, .serialized, .timeLimit(.minutes(5)))
struct AudienceProfileProcessTests {
    private static let issuer = JSONValue.string(TestServer.issuer)
    private static let issuerWithSlash = JSONValue.string(TestServer.issuer + "/")

    @Test("An issuer without a path may end in a slash, strict accepts an array of one, and fapi only a string")
    func profiles() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("key")
        for profile in AudienceProfile.allCases {
            try bench.register(
                profile.rawValue, "--jwks", bench.path("key.jwks.json"), "--audience-profile", profile.rawValue)
        }
        func expect(_ audience: JSONValue, isAcceptedBy profiles: AudienceProfile...) throws {
            for profile in AudienceProfile.allCases {
                let assertion = try bench.assertion(profile.rawValue, key, claims: [("aud", audience)])
                let answer = try bench.answer(to: assertion.signed())
                if profiles.contains(profile) {
                    #expect(answer.status == 200, "\(profile): \(answer.text)")
                } else {
                    try bench.expectProven(answer, .wrongAudience)
                }
            }
        }
        try expect(Self.issuer, isAcceptedBy: .compatible, .strict, .fapi, .legacy)
        try expect(.array([Self.issuer]), isAcceptedBy: .compatible, .strict, .legacy)
        try expect(Self.issuerWithSlash, isAcceptedBy: .compatible, .legacy)
        try expect(.array([Self.issuerWithSlash]), isAcceptedBy: .compatible, .legacy)
        try expect(.array([Self.issuer, "https://other.example"]), isAcceptedBy: .legacy)
        let shown = try ServerProcessTests.expectSuccess(["client", "show", "fapi", "--data", bench.server.directory])
        #expect(shown.contains("fapi"))
        bench.stop()
    }

    @Test("A fapi client is limited to five minutes and ten seconds of skew; others have the server's limits")
    func fapiTimes() throws {
        let bench = try RuleBench()
        let key = try bench.makeKey("key")
        for profile in ["fapi", "strict"] {
            try bench.register(profile, "--jwks", bench.path("key.jwks.json"), "--audience-profile", profile)
        }
        // Far enough from each limit for a slow machine.
        for (times, code) in [
            (["exp": 270, "iat": 0], nil), (["exp": 400], .lifetimeTooLong), (["iat": 25], .issuedInFuture),
            (["nbf": 25], .notYetValid),
        ] as [([String: Int64], RejectionCode?)] {
            let answer = try bench.answer(to: bench.assertion("fapi", key, times: times).signed())
            if let code {
                try bench.expectProven(answer, code)
            } else {
                #expect(answer.status == 200, "\(answer.text)")
            }
            #expect(try bench.answer(to: bench.assertion("strict", key, times: times).signed()).status == 200)
        }
        bench.stop()
    }

    @Test("A server-wide fapi profile keeps the clock skew that the operator set")
    func fapiServer() throws {
        let bench = try RuleBench(
            configuration: "[assertions]\naudience_profile = \"fapi\"\nclock_skew_seconds = 60\n")
        let key = try bench.makeKey("key")
        try bench.register("billing", "--jwks", bench.path("key.jwks.json"))
        for (times, status) in [(["iat": 40], 200), (["nbf": 40], 200), (["iat": 120], 401), (["exp": 500], 401)]
            as [([String: Int64], Int)]
        {
            #expect(try bench.answer(to: bench.assertion("billing", key, times: times).signed()).status == status)
        }
        let array = try bench.assertion("billing", key, claims: [("aud", .array([Self.issuer]))])
        try bench.expectProven(try bench.answer(to: array.signed()), .wrongAudience)
        bench.stop()
    }
}
