import Fetching
import Testing

@Suite("Posting a form", .timeLimit(.minutes(5)))
struct FormPostTests {
    private static let form = Array("logout_token=a.b.c".utf8)

    private static func failure(of fetcher: DocumentFetcher, _ url: RemoteURL) async -> FetchError? {
        do throws(FetchError) {
            _ = try await fetcher.post(form, to: url)
            return nil
        } catch {
            return error
        }
    }

    @Test("sends a minimal request with the form, and reads no more than the status")
    func request() async throws {
        let server = try await KeyServer.saying("HTTP/1.1 204 Fine\r\nContent-Encoding: strange\r\n\r\n")
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/out?x=1")
        #expect(try await loopbackFetcher().post(Self.form, to: url) == 204)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("POST /out?x=1 HTTP/1.1\r\n"))
        #expect(request.hasSuffix("\r\n\r\nlogout_token=a.b.c"))
        #expect(
            request.split(separator: "\r\n").dropFirst().dropLast().map { $0.lowercased() }.sorted() == [
                "accept-encoding: identity", "connection: close", "content-length: 18",
                "content-type: application/x-www-form-urlencoded", "host: 127.0.0.1:\(server.port)",
                "user-agent: countersign",
            ])
        try await server.stop()
    }

    @Test("returns every status, that of a redirect without following it", arguments: [200, 302, 307, 308, 400, 503])
    func status(_ status: Int) async throws {
        let other = try await KeyServer.saying(Answer.ok(""))
        let server = try await KeyServer.saying(
            Answer.redirect("http://127.0.0.1:\(other.port)/elsewhere", status: status))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(try await loopbackFetcher().post(Self.form, to: url) == status)
        #expect(other.connections == 0)
        try await server.stop()
        try await other.stop()
    }

    @Test("does not wait for an endless body")
    func endless() async throws {
        let server = try await KeyServer { _ in
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .endlessly(Array(repeating: 0x78, count: 65_536))]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(try await loopbackFetcher().post(Self.form, to: url) == 200)
        try await server.allClosed()
        try await server.stop()
    }

    @Test("ends at the timeout if there is no answer")
    func silent() async throws {
        let server = try await KeyServer { _ in [.silence] }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let error = await patiently(
            until: { if case .timedOut(_, _, .waiting) = $0 { true } else { false } },
            { await Self.failure(of: loopbackFetcher(timeout: $0), url) })
        guard case .timedOut(_, _, .waiting)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await server.stop()
    }

    @Test("connects to the same addresses as a fetch of a document")
    func addresses() async throws {
        let resolver = FakeResolver(["app.example": [["10.20.0.5"]], "meta.example": [["169.254.169.254"]]])
        let refused = DocumentFetcher(FetchPolicy(), resolver: resolver)
        for (host, address) in [("app.example", "10.20.0.5"), ("meta.example", "169.254.169.254")] {
            guard
                case .forbiddenAddress(_, host, let found, _)? = await Self.failure(
                    of: refused, try RemoteURL("https://\(host)/out"))
            else {
                Issue.record("\(host) was not refused")
                continue
            }
            #expect("\(found)" == address)
        }
        #expect(
            await Self.failure(of: refused, try loopbackURL("http://127.0.0.1/out"))
                == .notSecure(url: "http://127.0.0.1/out"))
    }
}
