import Countersign
import Fetching
import Server
import Testing

@Suite("Redirects are limited in number and checked like the first URL")
struct RedirectTests {
    /// Starts a server where `/0` redirects to `/1`, and so on up to `/last`, which has the document.
    private static func chain(last: Int, status: Int = 302) async throws -> KeyServer {
        try await KeyServer { head in
            let number = Int(head.dropFirst("GET /".count).prefix { $0.isNumber }) ?? 0
            let answer =
                number < last
                ? Answer.redirect("\(number + 1)", status: status) : Answer.ok(Answer.emptySet, "ETag: \"e\"")
            return [.text(answer), .close]
        }
    }

    @Test("Three are followed, whatever their status", .timeLimit(.minutes(5)), arguments: [301, 302, 303, 307, 308])
    func three(_ status: Int) async throws {
        let server = try await Self.chain(last: 3, status: status)
        let fetched = try await loopbackFetcher().fetch(try loopbackURL("http://127.0.0.1:\(server.port)/0"))
        #expect(fetched.url.text == "http://127.0.0.1:\(server.port)/3")
        #expect(fetched.body == Array(Answer.emptySet.utf8))
        #expect(server.requests.count == 4)
        try await server.stop()
    }

    @Test("A fourth is not followed", .timeLimit(.minutes(5)))
    func fourth() async throws {
        let server = try await Self.chain(last: 4)
        let error = await failure(of: loopbackFetcher(), try loopbackURL("http://127.0.0.1:\(server.port)/0"))
        #expect(error == .tooManyRedirects(url: "http://127.0.0.1:\(server.port)/3", limit: 3))
        #expect(server.requests.count == 4)
        try await server.stop()
    }

    @Test("None is followed if none is allowed", .timeLimit(.minutes(5)))
    func none() async throws {
        let server = try await Self.chain(last: 1)
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/0")
        await #expect(throws: FetchError.tooManyRedirects(url: url.text, limit: 0)) {
            try await loopbackFetcher().fetch(url, maximumRedirects: 0)
        }
        #expect(server.requests.count == 1)
        try await server.stop()
    }

    @Test("None is followed for the list of a sector, which the host of its URL vouches for", .timeLimit(.minutes(5)))
    func sector() async throws {
        let server = try await Self.chain(last: 1)
        func read(_ number: Int) async -> ReadResult {
            await loopbackFetcher().read(
                .sectorIdentifier(isOfStranger: false), at: ExactString("http://127.0.0.1:\(server.port)/\(number)"),
                etag: nil)
        }
        guard case .failed = await read(0) else {
            Issue.record("the redirect was followed")
            return
        }
        #expect(server.requests.count == 1)
        guard case .received = await read(1) else {
            Issue.record("the document was not read")
            return
        }
        try await server.stop()
    }

    @Test("A loop ends", .timeLimit(.minutes(5)))
    func loop() async throws {
        let server = try await KeyServer.saying(Answer.redirect("/"))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(await failure(of: loopbackFetcher(), url) == .tooManyRedirects(url: url.text, limit: 3))
        #expect(server.requests.count == 4)
        try await server.stop()
    }

    @Test("All redirects share one timeout", .timeLimit(.minutes(5)))
    func time() async throws {
        let server = try await KeyServer { head in
            head.hasPrefix("GET /0 ") ? [.text(Answer.redirect("/1")), .close] : [.silence]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/0")
        func isExpected(_ error: FetchError) -> Bool {
            if case .timedOut("http://127.0.0.1:\(server.port)/1", _, .waiting) = error { true } else { false }
        }
        let error = await patiently(until: isExpected) { await failure(of: loopbackFetcher(timeout: $0), url) }
        #expect(error.map(isExpected) == true, "\(String(describing: error))")
        try await server.stop()
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let location: String
        let reason: RemoteURLError
        var testDescription: String { location }
    }

    static let refusals: [Refusal] = [
        .init(location: "http://169.254.169.254/latest/meta-data/", reason: .notSecure),
        .init(location: "http://10.0.0.1/", reason: .notSecure),
        .init(location: "http://keys.example/", reason: .notSecure),
        .init(location: "http://2130706433/", reason: .numericHost("2130706433")),
        .init(location: "//0x7f.1/", reason: .numericHost("0x7f.1")),
        .init(location: "http://a@127.0.0.1/", reason: .userInformation),
        .init(location: "file:///etc/passwd", reason: .scheme),
        .init(location: "gopher://127.0.0.1:6379/_FLUSHALL", reason: .scheme),
        .init(location: "http://127.0.0.1/\u{e9}", reason: .character(at: 17)),
        .init(location: "/" + String(repeating: "x", count: 2048), reason: .tooLong(limit: 2048)),
    ]

    @Test("An invalid target is refused", .timeLimit(.minutes(5)), arguments: refusals)
    func refused(_ example: Refusal) async throws {
        let server = try await KeyServer.saying(Answer.redirect(example.location))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        guard case .redirectRefused(url.text, _, let reason)? = await failure(of: loopbackFetcher(), url) else {
            Issue.record("'\(example.location)' was not refused")
            return
        }
        #expect(reason == example.reason)
        #expect(server.requests.count == 1)
        try await server.stop()
    }

    @Test("A redirect must have exactly one Location field", .timeLimit(.minutes(5)))
    func target() async throws {
        for fields in ["", "Location: /a\r\nLocation: /b\r\n"] {
            let server = try await KeyServer.saying("HTTP/1.1 302 Found\r\n\(fields)Content-Length: 0\r\n\r\n")
            let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
            #expect(await failure(of: loopbackFetcher(), url) == .redirectWithoutTarget(url: url.text))
            try await server.stop()
        }
    }

    @Test("A redirect to another scheme is refused", .timeLimit(.minutes(5)))
    func otherScheme() async throws {
        let server = try await KeyServer.saying(Answer.redirect("https://127.0.0.1/x"))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(
            await failure(of: loopbackFetcher(), url)
                == .redirectToOtherScheme(url: url.text, location: "https://127.0.0.1/x"))
        try await server.stop()
    }

    @Test(
        "The host of a redirect is resolved and checked again, even if unchanged", .timeLimit(.minutes(5)),
        arguments: [
            ("https://inside.example/", "inside.example", "10.0.0.1", SpecialPurpose.privateUse),
            ("https://169.254.169.254/latest/", "169.254.169.254", "169.254.169.254", .cloudMetadata),
            ("/again", "keys.example", "192.168.0.1", .privateUse),
        ])
    func lookedUpAnew(_ location: String, _ host: String, _ address: String, _ purpose: SpecialPurpose) async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.dnsName("keys.example")).context()
        let server = try await KeyServer(tls: context) { _ in [.text(Answer.redirect(location)), .close] }
        let resolver = FakeResolver([
            "keys.example": [["127.0.0.1"], ["192.168.0.1"]], "inside.example": [["10.0.0.1"]],
        ])
        let fetcher = DocumentFetcher(
            FetchPolicy(
                allowsHTTPOnLoopback: true, trust: try TrustRoots(file: authority.file), timeout: .seconds(300)),
            resolver: resolver)
        let url = try RemoteURL("https://keys.example:\(server.port)/")
        guard
            case .forbiddenAddress(_, host, IPAddress(address), .specialPurpose(purpose))? = await failure(
                of: fetcher, url)
        else {
            Issue.record("\(address) was allowed")
            return
        }
        #expect(server.requests.count == 1)
        try await server.stop()
    }
}
