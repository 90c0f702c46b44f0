import Fetching
import Testing

@Suite("Fetching a document")
struct DocumentFetcherTests {
    @Test("returns body, entity tag, lifetime and media type", .timeLimit(.minutes(5)))
    func whole() async throws {
        let server = try await KeyServer.saying(
            Answer.ok(
                Answer.emptySet, "ETag: \"v1\"", "Cache-Control: max-age=600", "Age: 60",
                "Content-Type: application/jwk-set+json", "Set-Cookie: a=b"))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/jwks?x=%20")
        let fetched = try await loopbackFetcher().fetch(url)
        #expect(fetched.url == url)
        #expect(fetched.body == Array(Answer.emptySet.utf8))
        #expect(fetched.etag == "\"v1\"")
        #expect(fetched.lifetime == .seconds(540))
        #expect(fetched.contentType == "application/jwk-set+json")
        try await server.stop()
    }

    @Test("sends a minimal request", .timeLimit(.minutes(5)))
    func request() async throws {
        let server = try await KeyServer.saying(Answer.ok(Answer.emptySet))
        let url = try loopbackURL("http://LOCALHOST:\(server.port)/a/jwks?x=%20")
        _ = try await loopbackFetcher(resolver: FakeResolver(["localhost": [["127.0.0.1"]]])).fetch(url)
        let lines = try #require(server.requests.first).split(separator: "\r\n").map(String.init)
        #expect(lines.first == "GET /a/jwks?x=%20 HTTP/1.1")
        #expect(
            lines.dropFirst().sorted()
                == [
                    "Accept-Encoding: identity", "Accept: application/jwk-set+json, application/json",
                    "Connection: close",
                    "User-Agent: countersign", "host: localhost:\(server.port)",
                ].sorted { $0 < $1 })
        try await server.stop()
    }

    @Test("is conditional if there is an entity tag", .timeLimit(.minutes(5)))
    func notModified() async throws {
        let server = try await KeyServer { head in
            head.contains("\r\nIf-None-Match: W/\"v1\"\r\n")
                ? [.text("HTTP/1.1 304 Not Modified\r\nETag: \"v2\"\r\nCache-Control: max-age=60\r\n\r\n"), .close]
                : [.text(Answer.ok(Answer.emptySet)), .close]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let unchanged = try await loopbackFetcher().fetch(url, etag: "W/\"v1\"")
        #expect(unchanged.body == nil)
        #expect(unchanged.etag == "\"v2\"")
        #expect(unchanged.lifetime == .seconds(60))
        let changed = try await loopbackFetcher().fetch(url, etag: "\"v0\"")
        #expect(changed.body == Array(Answer.emptySet.utf8))
        #expect(changed.lifetime == nil)
        try await server.stop()
    }

    @Test(
        "An entity tag that is too long or not printable is neither sent nor returned", .timeLimit(.minutes(5)),
        arguments: ["", "a b", "\"\u{e9}\"", "\"a\r\nX: y\"", "\"" + String(repeating: "x", count: 255) + "\""])
    func entityTag(_ etag: String) async throws {
        let server = try await KeyServer { head in
            let field = etag.contains("\n") || etag.isEmpty ? "ETag:" : "ETag: \(etag)"
            return [.text(Answer.ok(head.contains("If-None-Match") ? "sent" : "not sent", field)), .close]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let fetched = try await loopbackFetcher().fetch(url, etag: etag)
        #expect(fetched.body == Array("not sent".utf8))
        #expect(fetched.etag == nil)
        try await server.stop()
    }

    @Test("A document of the maximum length is read, also chunked or without a length", .timeLimit(.minutes(5)))
    func exactLength() async throws {
        let body = String(repeating: "x", count: 1000)
        for answer in [
            Answer.ok(body), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n\(body)\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n\r\n\(body)", "HTTP/1.0 200 OK\r\n\r\n\(body)",
            "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n" + Answer.ok(body),
        ] {
            let server = try await KeyServer.saying(answer)
            let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
            #expect(try await loopbackFetcher(maximumLength: 1000).fetch(url).body == Array(body.utf8))
            #expect(
                await failure(of: loopbackFetcher(maximumLength: 999), url) == .tooLong(url: url.text, limit: 999))
            await #expect(throws: FetchError.tooLong(url: url.text, limit: 10)) {
                try await loopbackFetcher().fetch(url, maximumLength: 10)
            }
            try await server.stop()
        }
    }

    @Test(
        "Any status other than 200 is an error", .timeLimit(.minutes(5)),
        arguments: [201, 204, 206, 300, 304, 305, 306, 400, 401, 404, 410, 429, 500, 503])
    func status(_ status: Int) async throws {
        let server = try await KeyServer.saying(
            "HTTP/1.1 \(status) Whatever\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n")
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(await failure(of: loopbackFetcher(), url) == .status(url: url.text, status))
        try await server.stop()
    }

    @Test("No connection stays open after many fetches", .timeLimit(.minutes(5)))
    func manyFetches() async throws {
        let good = try await KeyServer.saying(Answer.ok(Answer.emptySet))
        let keepsOpen = try await KeyServer { _ in [.text(Answer.ok(Answer.emptySet)), .silence] }
        let silent = try await KeyServer { _ in [.silence] }
        let fetcher = loopbackFetcher(timeout: .seconds(300))
        let impatient = loopbackFetcher(timeout: .milliseconds(200))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<240 {
                let server = [good, keepsOpen, silent][index % 3]
                let url = try loopbackURL("http://127.0.0.1:\(server.port)/\(index)")
                group.addTask {
                    if index % 3 == 2 {
                        #expect(await failure(of: impatient, url) != nil)
                    } else {
                        let fetched = try await fetcher.fetch(url)
                        #expect(fetched.body != nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        for server in [good, keepsOpen, silent] { try await server.allClosed() }
        #expect(good.connections == 80 && keepsOpen.connections == 80 && silent.connections <= 80)
        for server in [good, keepsOpen, silent] { try await server.stop() }
    }
}
