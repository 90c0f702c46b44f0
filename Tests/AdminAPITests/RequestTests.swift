import Administration
import Store
import TestSupport
import Testing

@testable import AdminAPI

@Suite("A hostile request of an authorized caller")
struct RequestTests {
    private static let slash = "a/b?c=d#e%é"

    @Test("A segment is decoded once, whatever it is")
    func segments() async throws {
        let bench = try await AdminBench()
        for id in [Self.slash, "..", "https://agent.example/id", "+", "%2e%2e"] {
            try await bench.add(id, scopes: [])
        }
        let token = try await bench.token()
        for (path, id) in [
            ("a%2Fb%3Fc%3Dd%23e%25%C3%A9", Self.slash), ("%2e%2e", ".."), ("..", ".."), ("%252e%252e", "%2e%2e"),
            ("https%3A%2F%2Fagent.example%2Fid", "https://agent.example/id"), ("+", "+"), ("%2b", "+"),
        ] {
            let answer = await bench.call("GET", "/clients/\(path)", token: token)
            #expect(answer["client_id"] == id, "\(path)")
        }
    }

    @Test("A segment that is empty, not UTF-8, or has a control character or a broken escape is refused")
    func brokenSegments() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for path in ["%00", "a%0Ab", "%7f", "%ff", "%c3", "%", "%2", "%zz", "", "%C0%AF"] {
            let answer = await bench.call("GET", "/clients/\(path)", token: token)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(path)")
        }
    }

    @Test("Other paths and methods are problems, too")
    func unknown() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for path in ["/", "/nothing", "/clients/operator/", "/clients/a/b/c/d", "//clients", "/clients/../users/x/y/z"]
        {
            let answer = await bench.call("GET", path, token: token)
            #expect(answer.status == 404 && answer.code == "no_endpoint", "\(path)")
        }
        let method = await bench.call("DELETE", "/clients", token: token)
        #expect(method.status == 405 && method.code == "method_not_allowed")
        #expect(method.response.headers["Allow"] == "GET, HEAD, POST")
        let absent = await bench.call("GET", "/clients/nobody", token: token)
        #expect(absent.status == 404 && absent.code == "no_client" && absent["client_id"] == "nobody")
    }

    @Test("A body is one strict JSON object of the right type")
    func bodies() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let deep = String(repeating: "{\"a\":", count: 30) + "1" + String(repeating: "}", count: 30)
        for body in [
            "", "[]", "null", "{", "{}{}", deep, #"{"enabled":true,"enabled":false}"#, "\u{FEFF}{}",
            "{\"a\":\"\u{1}\"}",
        ] {
            let answer = await bench.call("PUT", "/clients/operator", token: token, tag: "*", body)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(body)")
        }
        for (method, type) in [
            ("PUT", "text/plain"), ("PUT", "application/merge-patch+json"), ("PATCH", "application/json-patch+json"),
        ] {
            let answer = await bench.call(method, "/clients/operator", token: token, tag: "*", "{}", type: type)
            #expect(answer.status == 415 && answer.response.headers["Accept"] != nil, "\(method) \(type)")
        }
        let request = EndpointRequest(
            method: "POST", path: "/tenant/admin/v1/clients",
            headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
            body: .tooLarge(limit: 65_536))
        #expect(Answer(await bench.routes.response(to: request)).code == "too_large")
    }

    @Test("A query parameter that is unknown, repeated or not well encoded is refused")
    func queries() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for query in [
            "x=1", "limit=1&limit=2", "limit=0", "limit=201", "limit=-1", "limit=a", "limit=", "cursor=%zz",
            "lim%69t=1",
            "limit=99999999999999999999",
        ] {
            let answer = await bench.call("GET", "/clients", query: query, token: token)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(query)")
        }
    }

    @Test("A list has pages, which end, and each item once")
    func pages() async throws {
        let bench = try await AdminBench()
        for number in 0..<7 { try await bench.add("c\(number)", scopes: []) }
        let token = try await bench.token()
        var (ids, query): ([String], String?) = ([], "limit=2")
        while let current = query {
            let answer = await bench.call("GET", "/clients", query: current, token: token)
            #expect(answer.objects("items").count <= 2)
            ids += answer.objects("items").compactMap { $0.string("client_id")?.text }
            let next = answer["next"]
            #expect(answer.response.headers["Link"] == next.map { "<\($0)>; rel=\"next\"" })
            query = next.map { String($0.drop { $0 != "?" }.dropFirst()) }
            #expect(next?.hasPrefix(AdminBench.resource + "/clients?") ?? true)
        }
        #expect(ids == ["auditor", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "operator"])
    }

    @Test("A cursor of another list, or one that was tampered with, is refused")
    func cursors() async throws {
        let bench = try await AdminBench()
        try await bench.add("wiki", scopes: []) { $0.authenticationMethod = .clientSecretBasic }
        let token = try await bench.token()
        for _ in 0..<2 {
            #expect(await bench.call("POST", "/clients/wiki/secrets", token: token, "{}").status == 201)
        }
        let page = await bench.call("GET", "/clients/wiki/secrets", query: "limit=1", token: token)
        let cursor = try #require(page["next"]?.split(separator: "cursor=").last.map(String.init))
        func code(_ path: String, _ cursor: String) async -> String? {
            await bench.call("GET", path, query: "cursor=\(cursor)", token: token).code
        }
        #expect(await code("/clients/wiki/secrets", cursor) == nil)
        #expect(await code("/clients", cursor) == "invalid_request")
        let flipped = (cursor.hasPrefix("A") ? "B" : "A") + cursor.dropFirst()
        for text in [flipped, cursor + "AAAA", String(cursor.dropLast(4)), "", "AAAA", "=", "*"] {
            #expect(await code("/clients/wiki/secrets", text) == "invalid_request", "\(text)")
        }
    }

    @Test("Answers are not cached, and no script of another site may read them")
    func headers() async throws {
        let bench = try await AdminBench()
        let answer = await bench.call(
            "GET", "/clients/operator", token: try await bench.token(), headers: ["Origin": "https://evil.example"])
        #expect(answer.response.headers["Cache-Control"] == "no-store")
        #expect(answer.response.headers["Access-Control-Allow-Origin"] == nil)
        #expect(await bench.call("OPTIONS", "/clients", token: nil).status == 405)
    }
}
