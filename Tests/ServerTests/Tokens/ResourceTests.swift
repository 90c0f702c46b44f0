import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("RFC 8707: tokens for resources")
struct ResourceTests {
    private static let invoices = "https://invoices.example"

    private func bench() async throws -> GrantBench {
        let bench = try await GrantBench()
        try await bench.store.resources.add(
            ResourceRecord(
                uri: Self.invoices, scopes: ["read"], accessTokenLifetime: .seconds(120), createdAt: TestClock.start))
        try await bench.store.resources.add(
            ResourceRecord(uri: "urn:files", accessTokenFormat: .opaque, createdAt: TestClock.start))
        return bench
    }

    @Test("The audience is the resource, and the scope what it knows")
    func clientCredentials() async throws {
        let bench = try await bench()
        let reply = try await bench.post([("grant_type", "client_credentials"), ("resource", Self.invoices)])
        let claims = try reply.claims("access_token")
        #expect(claims["aud"] == .string(Self.invoices) && claims["scope"] == "read")
        #expect(reply.object["expires_in"] == .number(120))
        let plain = try await bench.post([("grant_type", "client_credentials")]).claims("access_token")
        #expect(plain["aud"] == .string(GrantBench.issuer))
    }

    @Test(
        "RFC 6749 §5.1: the response has the scope of the access token, also if it is less than was granted, and none if it is empty",
        arguments: [(Self.invoices, "read"), ("urn:unscoped", nil)])
    func scope(_ resource: String, _ scope: String?) async throws {
        let bench = try await bench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "urn:unscoped", scopes: ["unknown"], createdAt: TestClock.start))
        let redeemed = try await bench.redeem(try await bench.code(resources: [resource]))
        for reply in [
            redeemed, try await bench.refresh(redeemed["refresh_token"] ?? ""),
            try await bench.post([("grant_type", "client_credentials"), ("resource", resource)]),
        ] {
            #expect(reply.status == 200)
            #expect(reply["scope"] == scope)
            #expect((reply.object["scope"] != nil) == (scope != nil))
            #expect(try reply.claims("access_token").string("scope")?.text == scope)
        }
        let none = try await bench.post([
            ("grant_type", "client_credentials"), ("resource", resource), ("scope", "profile"),
        ])
        #expect((none.status, none["error"]) == (400, "invalid_scope"))
    }

    @Test(
        "A resource that is not registered or not a URI is refused",
        arguments: ["https://invoices.example/", "https://other.example", "invoices", "https://invoices.example#a"])
    func refused(_ resource: String) async throws {
        let bench = try await bench()
        let reply = try await bench.post([("grant_type", "client_credentials"), ("resource", resource)])
        #expect((reply.status, reply["error"]) == (400, "invalid_target"))
    }

    @Test("Without registered resources the parameter has no effect")
    func none() async throws {
        let bench = try await GrantBench()
        let reply = try await bench.post([("grant_type", "client_credentials"), ("resource", Self.invoices)])
        #expect(try reply.claims("access_token")["aud"] == .string(GrantBench.issuer))
    }

    @Test("A token of a grant is for its resources, or for those that the client names, and for no other")
    func grants() async throws {
        let bench = try await bench()
        let code = try await bench.code(resources: [Self.invoices])
        let refused = try await bench.redeem(code, [("resource", "urn:files")])
        #expect((refused.status, refused["error"]) == (400, "invalid_target"))
        let reply = try await bench.redeem(code)
        let claims = try reply.claims("access_token")
        #expect(claims["aud"] == .string(Self.invoices) && claims["scope"] == "read")
        #expect(reply["id_token"] != nil)
        let narrowed = try await bench.refresh(reply["refresh_token"] ?? "", [("resource", Self.invoices)])
        #expect(try narrowed.claims("access_token")["aud"] == .string(Self.invoices))
    }

    @Test("A grant for resources that were all removed gives no tokens, not even for the default audience")
    func removed() async throws {
        let bench = try await GrantBench()
        let reply = try await bench.redeem(try await bench.code(resources: [Self.invoices]))
        #expect((reply.status, reply["error"]) == (400, "invalid_target"))
        #expect(reply["access_token"] == nil && reply["refresh_token"] == nil)
    }

    @Test(
        "A token that was sent to a resource does not open UserInfo; one whose audience is this server does",
        arguments: [
            (Self.invoices, 401), ("urn:files", 401), (GrantBench.issuer, 200),
            (GrantBench.issuer + "/oauth2/userinfo", 200),
        ])
    func userInfo(_ resource: String, _ status: Int) async throws {
        let bench = try await GrantBench()
        let format: AccessTokenFormat = resource == "urn:files" ? .opaque : .jwt
        try await bench.store.resources.add(
            ResourceRecord(
                uri: resource, scopes: ["openid", "profile"], accessTokenFormat: format, createdAt: TestClock.start))
        let reply = try await bench.redeem(try await bench.code(resources: [resource]))
        let answer = try await bench.userInfo(reply["access_token"])
        #expect(answer.status == status)
        #expect(answer["name"] == (status == 200 ? "Ada Lovelace" : nil))
        let challenge = answer.response.headers["WWW-Authenticate"]
        #expect((challenge?.contains("error=\"invalid_token\"") ?? false) == (status == 401))
    }

    @Test("One token cannot suit resources with different formats")
    func formats() async throws {
        let bench = try await bench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "urn:mail", accessTokenFormat: .jwt, createdAt: TestClock.start))
        func ask(_ resources: [String]) async throws -> Reply {
            try await bench.post([("grant_type", "client_credentials")] + resources.map { ("resource", $0) })
        }
        let both = try await ask(["urn:files", "urn:mail"])
        #expect((both.status, both["error"]) == (400, "invalid_target"))
        #expect(both["error_description"]?.contains("different formats") == true)
        // The one without a format takes the other's.
        let mixed = try await ask(["urn:files", Self.invoices])
        #expect(mixed["access_token"]?.hasPrefix("cs_at_") == true && mixed.object["expires_in"] == .number(120))
        let code = try await bench.code(resources: ["urn:files", "urn:mail"])
        #expect(try await bench.redeem(code)["error"] == "invalid_target")
        let reply = try await bench.redeem(code, [("resource", "urn:mail")])
        #expect(try reply.claims("access_token")["aud"] == "urn:mail")
    }

    @Test("The format of the resource's tokens is the resource's")
    func format() async throws {
        let bench = try await bench()
        let reply = try await bench.post([("grant_type", "client_credentials"), ("resource", "urn:files")])
        #expect(reply["access_token"]?.hasPrefix("cs_at_") == true)
        #expect(try await bench.introspect(reply["access_token"])["aud"] == "urn:files")
    }
}
