import Administration
import GRDB
import Store
import TestSupport
import Testing

@testable import AdminAPI
@testable import SQLite

@Suite("The change log through the admin API")
struct UndoTests {
    private static func latest(_ bench: AdminBench, _ token: String) async throws -> JSONObject {
        try #require(await bench.call("GET", "/changes", query: "limit=1", token: token).objects("items").first)
    }

    private static func number(_ change: JSONObject) throws -> String {
        try #require(change["number"]).render()
    }

    @Test("Changes are found by the user name of a person and by an identifier of any kind, page by page")
    func search() async throws {
        let bench = try await AdminBench()
        let ines = try await bench.person("ines", groups: [])
        let token = try await bench.token()
        for name in ["x", "y", "z"] {
            _ = try await ClientAdministration(bench.store.acting(as: .person(ines.id, name: "ines", through: .api)))
                .edit(
                    "auditor", removing: [], adding: [], at: bench.clock.now
                ) { $0.name = name }
        }
        func count(_ query: String) async -> Int {
            let answer = await bench.call("GET", "/changes", query: query, token: token)
            #expect(answer.status == 200, "\(query)")
            return answer.objects("items").count
        }
        let mine = await count("actor_id=ines")
        #expect(mine == 3)
        #expect(await count("actor_id=\(ines.id.text)") == 3)
        #expect(await count("subject_id=ines") == 1)
        #expect(await count("subject_kind=user&subject_id=ines") == 1)
        #expect(await count("subject_kind=client&subject_id=ines") == 0)
        #expect(await count("subject_id=auditor&actor_id=ines") == 3)
        var (numbers, next): ([String], String?) = ([], "subject_id=auditor&actor_id=ines&limit=1")
        while let query = next, numbers.count < 9 {
            let page = await bench.call("GET", "/changes", query: query, token: token)
            numbers += try page.objects("items").map(Self.number)
            next = page.response.headers["Link"]?.firstMatch(of: /\?([^>]*)>; *rel="?next/).map { String($0.1) }
        }
        #expect(numbers.count == 3 && Set(numbers).count == 3)
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

    @Test("Of a row that cannot be read, what is stored is shown, and what is wrong with it; it cannot be undone")
    func unreadable() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.store.pool.write {
            try $0.execute(sql: "UPDATE change SET action = 'client.blessed' WHERE number = 1")
        }
        let answer = await bench.call("GET", "/changes/1", token: token)
        #expect(answer.status == 200 && answer["problem"]?.contains("change 1") == true)
        guard case .unreadable(let change) = try ShownChange(answer: answer.object) else {
            Issue.record("it can be read")
            return
        }
        #expect(change.number == 1 && change.stored?.string("action") == "client.blessed")
        #expect(change.stored?.string("subject_id") == "operator")
        #expect(await bench.call("POST", "/changes/1/undo", token: token).code == "not_undoable")
        #expect(await bench.call("GET", "/changes/99", token: token).code == "no_change")
        // Not even the columns can be read.
        try await bench.store.pool.write {
            try $0.execute(sql: "UPDATE change SET subject_kind = 'x', digest = x'00' WHERE number = 2")
        }
        let second = await bench.call("GET", "/changes/2", token: token)
        #expect(second.status == 200 && second["problem"] != nil)
    }
}
