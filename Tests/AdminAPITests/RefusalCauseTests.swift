import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration

@Suite("/refusals/causes, and taking back all access", .timeLimit(.minutes(5)))
struct RefusalCauseTests {
    private static let path = "/refusals/causes"

    @Test("The refusals of each cause are counted, the most frequent first, with the filters of the list")
    func causes() async throws {
        let bench = try await AdminBench()
        let reader = try await bench.token("auditor")
        let empty = await bench.call("GET", Self.path, token: reader)
        #expect(empty.status == 200 && empty.objects("items").isEmpty && empty.object["count"] == .number(0))
        for client in ["auditor", "operator", "operator"] {
            let wrong = try AssertionTemplate(
                clientID: ClientID(client), audience: "https://other.example", keyID: "k1"
            ).sign(with: bench.key, at: bench.clock.now)
            _ = await bench.requestToken(with: wrong)
        }
        bench.clock.advance(by: .seconds(60))
        _ = await bench.requestToken(with: "not.an.assertion")
        await bench.store.audit.flush()

        let all = await bench.call("GET", Self.path, token: reader)
        let found = try RefusalCauses(answer: all.object)
        #expect(found.json == all.object && found.total == FoundCount(4))
        #expect(found.causes.map(\.code) == ["wrong_audience", "malformed"])
        // Callers who named no client count as one.
        #expect(found.causes.map(\.count.number) == [3, 1] && found.causes.map(\.clientCount) == [2, 1])
        #expect(found.causes.allSatisfy { $0.areAllClientsCounted && !$0.count.hasMore })
        #expect(found.causes[1].latestAt == bench.clock.now)
        let newest = try await bench.store.audit.page(RefusalFilter(), after: nil, limit: 1).entries.first
        #expect(found.causes[1].latest == newest?.reference.text)
        for (query, codes, count) in [
            ("code=malformed", ["malformed"], 1), ("client_id=operator", ["wrong_audience"], 2),
            ("since=\(bench.clock.now.text)", ["malformed"], 1), ("client_id=none", [], 0),
            ("proven=true", ["wrong_audience"], 3), ("reference=\(found.causes[1].latest ?? "")", ["malformed"], 1),
        ] {
            let some = await bench.call("GET", Self.path, query: query, token: reader)
            let found = try RefusalCauses(answer: some.object)
            #expect(found.causes.map(\.code) == codes && found.total == FoundCount(count), "\(query)")
        }
        for query in ["limit=1", "cursor=x", "proven=maybe", "since=yesterday", "cod=malformed"] {
            #expect(await bench.call("GET", Self.path, query: query, token: reader).code == "invalid_request")
        }
        #expect(await bench.call("GET", Self.path, token: nil).status == 401)
    }

    @Test("All access of clients to an account is taken back with one request")
    func access() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let ada = try await bench.person("ada", groups: ["admin"])
        var tokens: [String] = []
        for id in ["app", "other"] {
            try await bench.add(id, scopes: ["admin.read", "admin.write"], grants: [.authorizationCode]) {
                $0.signIn.redirectURIs = ["https://app.example/cb"]
            }
            tokens.append(try await bench.token(of: ada, client: id, scopes: ["admin.read"]))
        }
        let path = "/users/\(ada.id.text)/access"
        #expect(await bench.call("GET", path, token: tokens[0]).objects("items").count == 2)
        #expect(await bench.call("DELETE", path, token: tokens[0]).status == 403, "it may only read")
        let done = await bench.call("DELETE", path, token: token)
        #expect(done.status == 200 && done.object == ["withdrawn": .number(2), "more": .boolean(false)])
        #expect(await bench.call("GET", path, token: token).objects("items").isEmpty)
        for token in tokens { #expect(await bench.call("GET", path, token: token).status == 401) }
        #expect(await bench.call("DELETE", path, token: token).object["withdrawn"] == .number(0))
        #expect(await bench.call("DELETE", "/users/none/access", token: token).code == "no_user")
    }
}
