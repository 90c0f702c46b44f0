import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 6749 §4.1.3: redeeming an authorization code")
struct AuthorizationCodeGrantTests {
    @Test(
        "RFC 6749 §4.1.3, §6: without grant_type the error names the grant whose parameter was sent",
        arguments: [
            ("code", "authorization_code"), ("refresh_token", "refresh_token"), ("scope", "client_credentials"),
        ])
    func missingGrantType(_ parameter: String, _ grant: String) async throws {
        let reply = try await GrantBench().post([(parameter, "abc")])
        #expect((reply.status, reply["error"]) == (400, "invalid_request"))
        #expect(reply["error_description"]?.hasSuffix("Send grant_type=\(grant).") == true)
    }

    @Test("gives an access token, a refresh token and an ID token, as the original guide's request asks")
    func tokens() async throws {
        let bench = try await GrantBench()
        let reply = try await bench.redeem(try await bench.code(), [("scope", "ignored scope")])
        #expect(reply.status == 200)
        #expect(reply["scope"] == "openid profile read")
        #expect(reply["refresh_token"]?.hasPrefix("cs_rt_") == true)
        let access = try reply.claims("access_token")
        #expect(access["sub"] == .string(bench.user.id.text))
        #expect(access["client_id"] == "app")
        #expect(access["aud"] == .string(GrantBench.issuer))
        #expect(access["auth_time"] == .number(TestClock.start.seconds - 5))
        let token = try reply.claims("id_token")
        #expect(token["sub"] == access["sub"])
        #expect(token["aud"] == "app")
        #expect(token["nonce"] == "n-1")
        #expect(token["amr"] == ["pwd"])
        for absent in ["auth_time", "azp", "sid", "name", "email", "acr"] { #expect(token[absent] == nil) }
        let header = try CompactJWS(parsing: Array((reply["id_token"] ?? "").utf8)).header
        #expect((header.algorithm, header.keyID != nil) == (.rs256, true))
    }

    /// What is changed in a request, and a part of the refusal.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var challenge: String?
        var verifier: String?
        var client = "app"
        var redirectURI: String? = GrantBench.redirectURI
        var wait: Duration = .zero
        var error = "invalid_grant"
        let told: String

        static let all: [Fault] = [
            .init(testDescription: "another client", client: "other", told: "another client"),
            .init(testDescription: "60 seconds later", wait: .seconds(60), told: "expired"),
            .init(
                testDescription: "another redirect URI", redirectURI: GrantBench.redirectURI + "/", told: "is not that"),
            .init(testDescription: "no redirect URI", redirectURI: nil, told: "redirect_uri is missing"),
            .init(testDescription: "no verifier", challenge: GrantBench.challenge, told: "code_verifier is missing"),
            .init(
                testDescription: "another verifier", challenge: GrantBench.challenge,
                verifier: String(repeating: "a", count: 43), told: "does not belong"),
            .init(
                testDescription: "a short verifier", challenge: GrantBench.challenge, verifier: "short",
                told: "43 to 128"),
            .init(
                testDescription: "a verifier without a challenge", verifier: GrantBench.verifier,
                told: "had no code_challenge"),
            .init(testDescription: "the clock set back", wait: .seconds(-3600), told: "expired"),
        ]
    }

    @Test("is refused with invalid_grant, and a sentence that says why", arguments: Fault.all)
    func refused(_ fault: Fault) async throws {
        let bench = try await GrantBench()
        let code = try await bench.code(challenge: fault.challenge)
        bench.clock.advance(by: fault.wait)
        let parameters = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", fault.redirectURI ?? ""),
            ("code_verifier", fault.verifier ?? ""),
        ]
        let reply = try await bench.post(parameters, client: fault.client)
        #expect((reply.status, reply["error"]) == (400, "invalid_grant"))
        #expect(reply["error_description"]?.contains(fault.told) == true)
    }

    @Test("RFC 7636 §4.6: succeeds with the right verifier, for public clients too", arguments: ["app", "browser"])
    func proofKey(_ client: String) async throws {
        let bench = try await GrantBench()
        let code = try await bench.code(client: client, challenge: GrantBench.challenge)
        let reply = try await bench.redeem(code, client: client, verifier: GrantBench.verifier)
        #expect(reply.status == 200)
        #expect(try await bench.userInfo(reply["access_token"]).status == 200)
    }

    @Test("RFC 6749 §4.1.2: a second use is refused and ends what the first gave", arguments: [0, 30, 61])
    func secondUse(_ seconds: Int) async throws {
        let bench = try await GrantBench()
        let code = try await bench.code()
        let first = try await bench.redeem(code)
        #expect(try await bench.userInfo(first["access_token"]).status == 200)
        bench.clock.advance(by: .seconds(seconds))
        let second = try await bench.redeem(code)
        #expect((second.status, second["error"]) == (400, "invalid_grant"))
        #expect(try await bench.userInfo(first["access_token"]).status == 401)
        #expect(try await bench.refresh(first["refresh_token"] ?? "")["error"] == "invalid_grant")
    }

    @Test("A failure to sign the tokens leaves the code as it was")
    func signingFails() async throws {
        let bench = try await GrantBench { $0.signIn.idTokenAlgorithm = .ps256 }
        let code = try await bench.code()
        for _ in 0..<2 {
            let failed = try await bench.redeem(code)
            #expect((failed.status, failed["error"]) == (503, "temporarily_unavailable"))
        }
        try await bench.change("app") { $0.signIn.idTokenAlgorithm = .rs256 }
        let reply = try await bench.redeem(code)
        #expect(reply.status == 200 && reply["refresh_token"] != nil && reply["id_token"] != nil)
        #expect(try await bench.redeem(code)["error"] == "invalid_grant")
    }

    @Test("Of 64 at once one succeeds, and the tokens that it gets die", .timeLimit(.minutes(3)))
    func race() async throws {
        let bench = try await GrantBench()
        let code = try await bench.code()
        let replies = try await withThrowingTaskGroup { group in
            for _ in 0..<64 { group.addTask { try await bench.redeem(code) } }
            return try await group.reduce(into: [Reply]()) { $0.append($1) }
        }
        let winners = replies.filter { $0.status == 200 }
        #expect(winners.count == 1)
        #expect(replies.count { $0["error"] == "invalid_grant" } == 63)
        #expect(try await bench.userInfo(winners.first?["access_token"]).status == 401)
        #expect(try await bench.refresh(winners.first?["refresh_token"] ?? "").status == 400)
    }

    @Test("A person who was disabled meanwhile gets no token", arguments: [false, true])
    func disabled(_ isRemoved: Bool) async throws {
        let bench = try await GrantBench()
        let code = try await bench.code()
        var user = bench.user
        user.isEnabled = false
        if isRemoved {
            try await bench.store.users.remove(user.id, at: bench.clock.now)
        } else {
            try await bench.store.users.replace(user)
        }
        #expect(try await bench.redeem(code)["error"] == "invalid_grant")
    }

    @Test("A client without the grant refresh_token gets no refresh token, and without openid no ID token")
    func onlyAccess() async throws {
        let bench = try await GrantBench { $0.grants = [.authorizationCode] }
        let reply = try await bench.redeem(try await bench.code(scopes: ["read"]))
        #expect(reply.status == 200)
        #expect(reply["refresh_token"] == nil && reply["id_token"] == nil)
    }

    @Test("A public client cannot use client_credentials, and a confidential one cannot only name itself")
    func publicClients() async throws {
        let bench = try await GrantBench()
        let own = try await bench.post([("grant_type", "client_credentials")], client: "browser")
        #expect((own.status, own["error"]) == (401, "invalid_client"))
        for client in ["app", "unknown"] {
            let form = [("grant_type", "authorization_code"), ("code", try await bench.code()), ("client_id", client)]
            let reply = try await bench.send("POST", "/oauth2/token", form: form)
            #expect((reply.status, reply["error"]) == (401, "invalid_client"))
        }
    }

    @Test(
        "A key that is revoked or removed when the server has not followed yet begins no grant that lasts, if the client is registered so",
        arguments: [(true, true), (true, false), (false, true), (false, false)])
    func keyRevokedBefore(_ endsGrants: Bool, _ isRemoved: Bool) async throws {
        let bench = try await GrantBench { $0.signIn.revokesGrantsWithKey = endsGrants }
        // From here on, the server knows the client.
        #expect(try await bench.redeem(try await bench.code()).status == 200)
        let registration = try #require(try await bench.store.clients.registration(of: "app"))
        let code = try await bench.code()
        if isRemoved {
            try await bench.store.clients.replace(registration.client, keys: [])
        } else {
            try await bench.store.clientKeys.setStatus(
                .revoked(since: bench.clock.now), number: try #require(registration.keys.first?.number), of: "app")
        }
        let reply = try await bench.redeem(code)
        #expect(reply["error"] == (endsGrants ? "invalid_grant" : nil) && reply.status == (endsGrants ? 400 : 200))
        #expect((try await bench.grant(of: code).revokedAt != nil) == endsGrants)
    }

    @Test("The grant records the thumbprint of the client's key")
    func keyThumbprint() async throws {
        let bench = try await GrantBench()
        let code = try await bench.code()
        _ = try await bench.redeem(code)
        let key = try #require(try await bench.store.clients.registration(of: "app")?.keys.first?.clientKey)
        #expect(try await bench.grant(of: code).keyThumbprint == key.thumbprintDigest)
    }
}
