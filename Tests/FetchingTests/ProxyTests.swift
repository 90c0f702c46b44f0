import Testing

@testable import Fetching

@Suite("An outgoing proxy")
struct ProxyTests {
    static let url = "https://keys.example/jwks"

    private static func fetcher(
        _ proxy: String, limit: Duration = .seconds(300), _ change: (inout FetchProxy) -> Void = { _ in },
        answers: [String: [[String]]] = ["keys.example": [["93.184.215.14"]]]
    ) throws -> DocumentFetcher {
        var policy = FetchPolicy(timeout: limit)
        var proxy = try FetchProxy(proxy)
        change(&proxy)
        policy.proxy = proxy
        return DocumentFetcher(policy, resolver: FakeResolver(answers))
    }

    /// Fetches through a proxy that answers CONNECT with a text; returns the problem, its message and the proxy's requests.
    private static func problem(
        _ answer: String, credentials: String = "", _ change: (inout FetchProxy) -> Void = { _ in }
    ) async throws -> (problem: ProxyProblem?, sentence: String, requests: [String]) {
        let server = try await KeyServer.saying(answer)
        let error = await failure(
            of: try fetcher("http://\(credentials)127.0.0.1:\(server.port)", change), try RemoteURL(url))
        let requests = server.requests
        try await server.stop()
        guard case .proxy(url, "127.0.0.1:\(server.port)", let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return (nil, "", requests)
        }
        return (problem, error?.message ?? "", requests)
    }

    @Test("receives the checked address, or the host's name if it resolves names", .timeLimit(.minutes(5)))
    func target() async throws {
        let refused = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        let byAddress = try await Self.problem(refused)
        #expect(byAddress.problem == .refused(destination: "93.184.215.14:443", hadCredentials: false))
        #expect(byAddress.requests.first?.hasPrefix("CONNECT 93.184.215.14:443 HTTP/1.1\r\n") == true)
        let byName = try await Self.problem(refused) { $0.resolvesNames = true }
        #expect(byName.problem == .refused(destination: "keys.example:443", hadCredentials: false))
        #expect(byName.requests.first?.hasPrefix("CONNECT keys.example:443 HTTP/1.1\r\n") == true)
        #expect(byName.requests.first?.lowercased().contains("proxy-authorization") == false)
    }

    @Test("that requires a user, closes the connection or sends garbage is reported", .timeLimit(.minutes(5)))
    func problems() async throws {
        let required = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
        let without = try await Self.problem(required)
        #expect(without.problem == .authenticationRequired(hadCredentials: false))
        let with = try await Self.problem(required, credentials: "me:s%3Acret%40@")
        #expect(with.problem == .authenticationRequired(hadCredentials: true))
        #expect(with.requests.first?.contains("roxy-authorization: Basic bWU6czpjcmV0QA==\r\n") == true)
        #expect(!with.sentence.contains("s:cret@") && !with.sentence.contains("bWU6"))
        #expect(try await Self.problem("").problem == .closed)
        #expect(try await Self.problem("220 mail.example ESMTP\r\n").problem == .closed)
        let endless =
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Filler: \(String(repeating: "x", count: 990))\r\n", count: 200)
        #expect(try await Self.problem(endless).problem == .closed)
    }

    @Test("that is unreachable or cannot be resolved is reported", .timeLimit(.minutes(5)))
    func absent() async throws {
        let server = try await KeyServer.saying("")
        try await server.stop()
        let error = await failure(
            of: try Self.fetcher("http://127.0.0.1:\(server.port)"), try RemoteURL(Self.url))
        #expect(
            error
                == .proxy(
                    url: Self.url, proxy: "127.0.0.1:\(server.port)", .unreachable(detail: "Connection refused")))
        #expect(
            await failure(of: try Self.fetcher("http://proxy.example:3128"), try RemoteURL(Self.url))
                == .proxy(url: Self.url, proxy: "proxy.example:3128", .unresolved(.notFound)))
        #expect(
            await failure(of: try Self.fetcher("http://127.0.0.1:1", answers: [:]), try RemoteURL(Self.url))
                == .proxy(url: Self.url, proxy: "127.0.0.1:1", .hostUnknownHere("keys.example", .notFound)))
    }

    @Test("that does not respond is subject to the timeout", .timeLimit(.minutes(5)))
    func silent() async throws {
        let server = try await KeyServer { _ in [.silence] }
        let url = try RemoteURL(Self.url)
        let stage = FetchStage.connectingThrough("127.0.0.1:\(server.port)")
        func isExpected(_ error: FetchError) -> Bool {
            if case .timedOut(Self.url, _, stage) = error { true } else { false }
        }
        let error = await patiently(until: isExpected) { limit in
            guard let fetcher = try? Self.fetcher("http://127.0.0.1:\(server.port)", limit: limit) else { return nil }
            return await failure(of: fetcher, url)
        }
        #expect(error.map(isExpected) == true, "\(String(describing: error))")
        try await server.stop()
    }

    @Test("is never asked to connect to a destination that the guard refuses", .timeLimit(.minutes(5)))
    func guarded() async throws {
        let server = try await KeyServer.saying("")
        let proxy = "http://127.0.0.1:\(server.port)"
        let answers = ["keys.example": [["10.20.0.5"]], "sly.example": [["169.254.169.254"]]]
        for host in ["keys.example", "sly.example", "10.20.0.5", "[fd00:ec2::254]", "127.0.0.1"] {
            let error = await failure(of: try Self.fetcher(proxy, answers: answers), try RemoteURL("https://\(host)/"))
            guard case .forbiddenAddress? = error else {
                Issue.record("\(host) was allowed")
                continue
            }
        }
        for (host, refusal) in [
            ("localhost", nil), ("metadata.google.internal", .metadata), ("keys.internal", .privateUse),
            ("keys", .privateUse), ("a.localhost", .loopback), ("kubernetes.default.svc", .privateUse),
            ("keys.service.consul", .privateUse), ("keys.localdomain", .privateUse), ("fritz.box", .privateUse),
            ("nas.fritz.box", .privateUse), ("keys.onion", .privateUse), ("keys.test", .privateUse),
            ("keys.home.arpa", .privateUse),
        ] as [(String, NameRefusal?)] {
            let fetcher = try Self.fetcher(proxy, { $0.resolvesNames = true }, answers: answers)
            let error = await failure(of: fetcher, try RemoteURL("https://\(host)/"))
            if let refusal { #expect(error == .forbiddenName(url: "https://\(host)/", host: host, refusal)) }
            #expect(error != nil)
        }
        for host in ["10.20.0.5", "[fd00:ec2::254]", "169.254.169.254"] {
            let fetcher = try Self.fetcher(proxy, { $0.resolvesNames = true }, answers: answers)
            guard case .forbiddenAddress? = await failure(of: fetcher, try RemoteURL("https://\(host)/")) else {
                Issue.record("\(host) was allowed")
                continue
            }
        }
        #expect(server.connections == 0)
        try await server.stop()
    }

    @Test(
        "is parsed from a URL; an invalid text is refused without quoting it",
        arguments: [
            ("http://proxy.internal:3128", "proxy.internal:3128"),
            ("HTTP://Proxy.Internal:3128/", "proxy.internal:3128"),
            ("http://[fd00::9]:3128", "[fd00::9]:3128"), ("http://a:b@10.0.0.9:1", "10.0.0.9:1"),
            ("https://s3cret@proxy.internal:3128", nil), ("socks5://s3cret:1", nil), ("s3cret.internal:3128", nil),
            ("http://s3cret.internal", nil), ("http://s3cret:0", nil), ("http://s3cret:3128/path", nil),
            ("http://me:s3cret%@proxy:1", nil), ("http://:s3cret@proxy:1", nil), ("http://me:s3cret%0A@proxy:1", nil),
            ("http://s3cret_x:3128", nil), ("", nil),
        ] as [(String, String?)])
    func reading(_ text: String, _ name: String?) throws {
        do throws(FetchProxyError) {
            #expect(try FetchProxy(text).name == name)
        } catch {
            #expect(name == nil)
            #expect(!error.phrase.contains("s3cret"))
        }
    }

    @Test("never shows its password")
    func hidden() throws {
        let proxy = try FetchProxy("http://me:s3cret@proxy.internal:3128")
        var dumped = ""
        dump(proxy, to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), String(describing: proxy.credentials), dumped] {
            #expect(!text.contains("s3cret"))
        }
        #expect(proxy.credentials?.password == "s3cret")
    }

    @Test(
        "is bypassed for its exceptions",
        arguments: [
            ("*", "keys.example", 443, true), ("example.com", "example.com", 443, true),
            ("example.com", "a.b.Example.com", 443, true), ("example.com", "badexample.com", 443, false),
            (".example.com", "example.com", 443, true), ("*.example.com", "example.com", 443, false),
            ("*.example.com", "a.example.com", 443, true), ("Example.COM.", "example.com", 443, true),
            ("example.com:8443", "example.com", 443, false), ("example.com:8443", "example.com", 8443, true),
            ("10.20.0.0/16", "10.20.3.4", 443, true), ("10.20.0.0/16", "10.21.3.4", 443, false),
            ("10.20.3.4", "10.20.3.4", 443, true), ("10.20.3.4:1", "10.20.3.4", 443, false),
            ("fd00::/8", "[fd12::1]", 443, true), ("[fd12::1]", "[fd12::1]", 443, true),
            ("[fd12::1]:1", "[fd12::1]", 443, false), ("fd12::1", "[fd12::1]", 443, true),
        ])
    func exceptions(_ entry: String, _ host: String, _ port: Int, _ isCovered: Bool) throws {
        var exceptions = ProxyExceptions()
        let isRead = exceptions.add(entry)
        #expect(isRead)
        let url = try RemoteURL("https://\(host):\(port)/")
        #expect(exceptions.contains(url.address, port: url.port) == isCovered)
    }

    @Test("An invalid exception has no effect", arguments: ["", "10.*", "<local>", "a b", "10.0.0.1/8", "x:y"])
    func unreadException(_ entry: String) {
        var exceptions = ProxyExceptions()
        let isRead = exceptions.add(entry)
        #expect(!isRead)
        #expect(exceptions == ProxyExceptions())
    }
}
