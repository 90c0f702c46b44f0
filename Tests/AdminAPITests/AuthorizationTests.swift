import Store
import TestSupport
import Testing

@testable import Server

@Suite("Who may use the admin API (RFC 6750, RFC 8707)")
struct AuthorizationTests {
    @Test("A client with the scope and a token for this resource may")
    func allowed() async throws {
        let bench = try await AdminBench()
        for client in ["operator", "auditor"] {
            let answer = await bench.call("GET", "/clients", token: try await bench.token(client))
            #expect(answer.status == 200)
            #expect(answer.objects("items").count == 2)
        }
    }

    @Test("RFC 6750 §3.1: without a token the challenge has no error")
    func noToken() async throws {
        let bench = try await AdminBench()
        let answer = await bench.call("GET", "/clients", token: nil)
        #expect(answer.status == 401 && answer.code == "no_token")
        #expect(answer.response.headers["WWW-Authenticate"] == "Bearer realm=\"\(AdminBench.resource)\"")
        #expect(answer["type"] == "urn:countersign:problem:no_token" && answer["title"] != nil)
    }

    @Test("A token for another audience is refused, whatever its scopes")
    func otherAudience() async throws {
        let bench = try await AdminBench()
        try await bench.store.resources.add(
            ResourceRecord(uri: "https://api.example", scopes: ["reports"], createdAt: TestClock.start))
        for resources in [[], ["https://api.example"]] {
            let token = try await bench.token(resources: resources)
            let answer = await bench.call("GET", "/clients", token: token)
            #expect(answer.status == 401 && answer.code == "invalid_token")
            #expect(answer.response.headers["WWW-Authenticate"]?.contains("error=\"invalid_token\"") == true)
        }
    }

    @Test("The scope decides: reading needs admin.read, changing admin.write")
    func scopes() async throws {
        let bench = try await AdminBench()
        let body = "{\"client_name\":\"x\"}"
        for (client, scope) in [("auditor", nil), ("operator", "admin.read")] {
            let token = try await bench.token(client, scope: scope)
            #expect(await bench.call("GET", "/clients/operator", token: token).status == 200)
            let answer = await bench.call("PATCH", "/clients/operator", token: token, tag: "*", body)
            #expect(answer.status == 403 && answer.code == "insufficient_scope")
            #expect(answer.response.headers["WWW-Authenticate"]?.contains("scope=\"admin.write\"") == true)
        }
        let writer = try await bench.token(scope: "admin.write")
        #expect(await bench.call("GET", "/clients/operator", token: writer).status == 200)
        try await bench.add("plain", scopes: ["reports"])
        let without = await bench.call("GET", "/clients", token: try await bench.token("plain"))
        #expect(without.code == "insufficient_scope")
    }

    @Test("A token counts no longer once it has expired, or its client is disabled, removed or has lost the scope")
    func ended() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("auditor")
        func code() async -> String? { await bench.call("GET", "/clients", token: token).code }
        #expect(await code() == nil)
        try await bench.store.clients.setEnabled(false, "auditor", at: bench.clock.now)
        #expect(await code() == "invalid_token")
        try await bench.store.clients.setEnabled(true, "auditor", at: bench.clock.now)
        #expect(await code() == nil)
        var client = try #require(try await bench.store.clients.registration(of: "auditor")).client
        client.scopes = []
        try await bench.store.clients.replace(client)
        #expect(await code() == "insufficient_scope")
        try await bench.store.clients.remove("auditor")
        #expect(await code() == "invalid_token")
        let other = try await bench.token()
        bench.clock.advance(by: .seconds(3601))
        #expect(await bench.call("GET", "/clients", token: other).code == "invalid_token")
    }

    @Test(
        "A person's token counts only with their group",
        arguments: [
            ([], 403, 403), (["staff"], 403, 403), (["Admin"], 403, 403), (["viewer"], 200, 403), (["admin"], 200, 204),
            (["viewer", "admin"], 200, 204),
        ])
    func groups(_ groups: [String], _ read: Int, _ write: Int) async throws {
        let bench = try await AdminBench()
        try await bench.add("console", scopes: ["admin.read", "admin.write"], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb"]
        }
        try await bench.add("victim", scopes: [])
        let person = try await bench.person("ada", groups: groups)
        let token = try await bench.token(of: person, client: "console", scopes: ["admin.read", "admin.write"])
        #expect(await bench.call("GET", "/clients", token: token).status == read)
        #expect(await bench.call("DELETE", "/clients/victim", token: token, tag: "*").status == write)
        try await bench.store.users.replace(
            {
                var other = person; other.isEnabled = false; return other
            }())
        #expect(await bench.call("GET", "/clients", token: token).code == "invalid_token")
    }

    @Test("RFC 6750 §2: a token in the query or the body is not accepted, nor one that is no token")
    func places() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let query = await bench.call("GET", "/clients", query: "access_token=\(token)", token: nil)
        #expect(query.status == 400 && query.code == "invalid_request")
        for text in ["x", token + "x", String(token.dropLast()), "a.b.c", String(repeating: "a", count: 20_000)] {
            #expect(await bench.call("GET", "/clients", token: text).code == "invalid_token")
        }
        let basic = await bench.call("GET", "/clients", token: nil, headers: ["Authorization": "Basic YTpi"])
        #expect(basic.code == "no_token")
    }
}
