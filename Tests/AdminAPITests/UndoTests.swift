import Administration
import Store
import TestSupport
import Testing

@testable import AdminAPI

@Suite("The change log through the admin API")
struct UndoTests {
    private static func latest(_ bench: AdminBench, _ token: String) async throws -> JSONObject {
        try #require(await bench.call("GET", "/changes", query: "limit=1", token: token).objects("items").first)
    }

    private static func number(_ change: JSONObject) throws -> String {
        try #require(change["number"]).render()
    }

    @Test("A change is undone under the caller's name, once")
    func undo() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let changed = await bench.call("PATCH", "/clients/auditor", token: token, tag: "*", #"{"client_name":"x"}"#)
        #expect(changed.status == 200)
        let change = try await Self.latest(bench, token)
        let path = "/changes/\(try Self.number(change))/undo"
        let reader = try await bench.token("auditor")
        #expect(await bench.call("POST", path, token: reader).code == "insufficient_scope")
        let undone = await bench.call("POST", path, token: token)
        #expect(undone.status == 201 && undone.object["undoes"] == change["number"])
        #expect(undone.object["actor"]?.render().contains("\"through\":\"api\"") == true)
        #expect(undone.response.headers["Location"]?.hasPrefix(AdminBench.resource + "/changes/") == true)
        #expect(await bench.call("GET", "/clients/auditor", token: token)["client_name"] == "auditor")
        let again = await bench.call("POST", path, token: token)
        #expect(again.status == 409 && again.code == "changed_since")
    }

    @Test("What was changed since, what cannot be undone, and what is not there are problems")
    func refused() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for (path, status, code) in [
            ("/changes/0/undo", 400, "invalid_request"), ("/changes/x/undo", 400, "invalid_request"),
            ("/changes/9999/undo", 404, "no_change"), ("/changes/1/undo", 409, "not_undoable"),
        ] {
            let answer = await bench.call("POST", path, token: token)
            #expect(answer.status == status && answer.code == code, "\(path)")
        }
        for name in ["x", "y"] {
            let body = "{\"client_name\":\"\(name)\"}"
            #expect(await bench.call("PATCH", "/clients/auditor", token: token, tag: "*", body).status == 200)
        }
        let last = try #require(Int(try Self.number(try await Self.latest(bench, token))))
        let answer = await bench.call("POST", "/changes/\(last - 1)/undo", token: token)
        #expect(answer.status == 409 && answer.code == "changed_since")
        #expect(await bench.call("GET", "/clients/auditor", token: token)["client_name"] == "y")
    }

    @Test("A rule of today that forbids it is told in words")
    func rule() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.add("web", scopes: [], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb#fragment"]
        }
        let body = #"{"redirect_uris":["https://app.example/cb"]}"#
        #expect(await bench.call("PATCH", "/clients/web", token: token, tag: "*", body).status == 200)
        let path = "/changes/\(try Self.number(try await Self.latest(bench, token)))/undo"
        let answer = await bench.call("POST", path, token: token)
        #expect(answer.status == 409 && answer.code == "not_undoable")
        let detail = answer["detail"] ?? ""
        #expect(detail.contains("in redirect_uris cannot be used: ") && detail.hasSuffix("."), "\(detail)")
        #expect(!detail.contains("redirectURI("))
    }
}
