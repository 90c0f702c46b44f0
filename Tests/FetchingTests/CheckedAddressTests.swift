import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import Fetching

@Suite("Every address is checked, and connections go only to the checked address")
struct CheckedAddressTests {
    @Test(
        "An address that is not public is refused, as a literal and resolved from a name", .timeLimit(.minutes(5)),
        arguments: [
            ("127.0.0.1", .loopback), ("0.0.0.0", .unspecified), ("10.0.0.1", .privateUse), ("172.16.0.1", .privateUse),
            ("192.168.1.1", .privateUse), ("169.254.1.1", .linkLocal), ("169.254.169.254", .cloudMetadata),
            ("100.64.0.1", .carrierGradeNAT), ("::1", .loopback), ("::", .unspecified), ("fe80::1", .linkLocal),
            ("fd00:ec2::254", .cloudMetadata), ("fd12::1", .uniqueLocal), ("::ffff:10.0.0.1", .privateUse),
            ("64:ff9b::a9fe:a9fe", .cloudMetadata), ("2002:7f00:1::", .translated), ("ff02::1", .multicast),
        ] as [(String, SpecialPurpose)])
    func notPublic(_ text: String, _ purpose: SpecialPurpose) async throws {
        let address = try #require(IPAddress(text))
        let literal = try RemoteURL("https://\(text.contains(":") ? "[\(text)]" : text)/jwks")
        let resolver = FakeResolver([
            "keys.example": [[text]], "first.example": [[text, "93.184.215.14"]],
            "last.example": [["2606:4700:4700::1111", "93.184.215.14", text]],
        ])
        let fetcher = DocumentFetcher(resolver: resolver)
        #expect(
            await failure(of: fetcher, literal)
                == .forbiddenAddress(url: literal.text, host: literal.host, address, .specialPurpose(purpose)))
        #expect(resolver.asked.isEmpty)
        for host in ["keys.example", "first.example", "last.example"] {
            let url = try RemoteURL("https://\(host)/jwks")
            let error = await failure(of: fetcher, url)
            #expect(error == .forbiddenAddress(url: url.text, host: host, address, .specialPurpose(purpose)))
            #expect(error?.message.contains("\(address), \(purpose.rawValue)") == true)
        }
    }

    @Test("Loopback is refused before anything is sent, unless allowed", .timeLimit(.minutes(5)))
    func loopback() async throws {
        let server = try await KeyServer.saying(Answer.ok(Answer.emptySet))
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(await failure(of: DocumentFetcher(), url) == .notSecure(url: url.text))
        let secure = try RemoteURL("https://127.0.0.1:\(server.port)/")
        guard case .forbiddenAddress? = await failure(of: DocumentFetcher(), secure) else {
            Issue.record("loopback was allowed")
            return
        }
        #expect(server.connections == 0)
        #expect(await failure(of: loopbackFetcher(), url) == nil)
        try await server.stop()
    }

    @Test(
        "Plain http is limited to loopback, even if 'localhost' resolves elsewhere",
        arguments: ["93.184.215.14", "10.0.0.1", "::ffff:8.8.8.8"])
    func localhostElsewhere(_ text: String) async throws {
        let url = try loopbackURL("http://localhost/")
        let fetcher = loopbackFetcher(resolver: FakeResolver(["localhost": [["127.0.0.1", text]]]))
        guard case .forbiddenAddress(_, _, IPAddress(text), _)? = await failure(of: fetcher, url) else {
            Issue.record("\(text) was allowed")
            return
        }
    }

    @Test("The checked address is used even if the name resolves differently afterwards", .timeLimit(.minutes(5)))
    func rebinding() async throws {
        // The system's resolver maps 'localhost' to 127.0.0.1, where the trap listens.
        let trap = try await KeyServer.saying(Answer.ok("trap"))
        let server = try await KeyServer.saying(Answer.ok("checked"), host: "127.0.0.2", port: trap.port)
        let resolver = FakeResolver(["localhost": [["127.0.0.2"], ["127.0.0.1"]]])
        let url = try loopbackURL("http://localhost:\(trap.port)/")
        #expect(try await loopbackFetcher(resolver: resolver).fetch(url).body == Array("checked".utf8))
        #expect(resolver.asked == ["localhost"])
        #expect(trap.connections == 0)
        #expect(server.requests.first?.contains("\r\nhost: localhost:\(trap.port)\r\n") == true)
        try await trap.stop()
        try await server.stop()
    }

    @Test("If one address refuses the connection, the next is tried", .timeLimit(.minutes(5)))
    func nextAddress() async throws {
        let server = try await KeyServer.saying(Answer.ok("second"), host: "127.0.0.3")
        let url = try loopbackURL("http://localhost:\(server.port)/")
        let resolver = FakeResolver(["localhost": [["127.0.0.2", "127.0.0.3"]]])
        #expect(try await loopbackFetcher(resolver: resolver).fetch(url).body == Array("second".utf8))
        try await server.stop()
    }

    @Test("A silent address leaves time for the next", .timeLimit(.minutes(5)))
    func silentAddress() async throws {
        let silent = try await KeyServer(host: "127.0.0.2") { _ in [.silence] }
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.dnsName("keys.example")).context()
        let url = try RemoteURL("https://keys.example:\(silent.port)/")
        let trust = try TrustRoots(file: authority.file)
        var requests = 0
        let error = await patiently(until: { _ in false }) { limit in
            // A server for each attempt: an attempt that ran into its time limit may have reached its own, too.
            let server = try? await KeyServer(host: "127.0.0.3", port: silent.port, tls: context) { _ in
                [.text(Answer.ok("second")), .close]
            }
            let policy = FetchPolicy(allowsHTTPOnLoopback: true, trust: trust, timeout: limit)
            let resolver = FakeResolver(["keys.example": [["127.0.0.2", "127.0.0.3"]]])
            let error = await failure(of: DocumentFetcher(policy, resolver: resolver), url)
            requests = server?.requests.count ?? 0
            try? await server?.stop()
            return error
        }
        #expect(error == nil)
        #expect(silent.connections >= 1)
        #expect(requests == 1)
        try await silent.stop()
    }

    @Test("IPv6 is supported like IPv4", .timeLimit(.minutes(5)))
    func version6() async throws {
        guard let server = try? await KeyServer(host: "::1", answer: { _ in [.text(Answer.ok("six")), .close] }) else {
            print("this machine has no IPv6 on loopback: its test is skipped")
            return
        }
        for (host, resolver) in [("[::1]", FakeResolver([:])), ("localhost", FakeResolver(["localhost": [["::1"]]]))] {
            let url = try loopbackURL("http://\(host):\(server.port)/")
            #expect(try await loopbackFetcher(resolver: resolver).fetch(url).body == Array("six".utf8))
            #expect(server.requests.last?.lowercased().contains("\r\nhost: \(host):\(server.port)\r\n") == true)
        }
        try await server.stop()
    }

    @Test("A connection to an address other than the checked one is closed before the request", .timeLimit(.minutes(5)))
    func wrongPeer() async throws {
        let server = try await KeyServer.saying(Answer.ok(Answer.emptySet))
        var configuration = HTTPClient.Configuration()
        configuration.http1_1ConnectionDebugInitializer = PinnedConnection.initializer(
            peer: .v4(0x7F00_0002), identity: nil, maximumBytes: 1000)
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        await #expect(throws: PinnedConnection.WrongPeer.self) {
            try await client.execute(HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/"), timeout: .seconds(300))
        }
        try await client.shutdown()
        try await server.allClosed()
        #expect(server.requests.isEmpty)
        try await server.stop()
    }

    @Test("A name without addresses is reported", .timeLimit(.minutes(5)))
    func unknownName() async throws {
        let url = try RemoteURL("https://nowhere.invalid/jwks")
        for fetcher in [
            DocumentFetcher(resolver: FakeResolver([:])),
            DocumentFetcher(resolver: FakeResolver(["nowhere.invalid": [[]]])),
        ] {
            #expect(
                await failure(of: fetcher, url) == .unresolved(url: url.text, host: "nowhere.invalid", .notFound))
        }
    }

    @Test("A silent name server is subject to the timeout", .timeLimit(.minutes(5)))
    func silentNameServer() async throws {
        let url = try RemoteURL("https://keys.example/jwks")
        let fetcher = DocumentFetcher(FetchPolicy(timeout: .milliseconds(200)), resolver: SilentResolver())
        #expect(
            await failure(of: fetcher, url) == .timedOut(url: url.text, limit: .milliseconds(200), .lookingUp))
    }
}

@Suite("The system's resolver")
struct SystemNameResolverTests {
    @Test("resolves localhost to loopback addresses only", .timeLimit(.minutes(5)))
    func localhost() async throws {
        let addresses = try await SystemNameResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { AddressGuard.purpose(of: $0) == .loopback })
    }

    @Test("releases cancelled callers while the lookup continues", .timeLimit(.minutes(5)))
    func givenUp() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let gate = ConditionLock(value: false)
        let (begun, signal) = AsyncStream.makeStream(of: String.self)
        let resolver = SystemNameResolver(threads: threads) { name in
            signal.yield(name)
            // Blocks the thread, as getaddrinfo does, until the test is done.
            gate.lock(whenValue: true)
            gate.unlock()
            return .success([.v4(1)])
        }
        let stuck = Task { await Self.answer(resolver, "stuck.example") }
        for await name in begun {
            #expect(name == "stuck.example")
            break
        }
        // It stays queued: the only thread is blocked.
        let queued = Task { await Self.answer(resolver, "queued.example") }
        queued.cancel()
        #expect(await queued.value == .failure(.cancelled))
        stuck.cancel()
        #expect(await stuck.value == .failure(.cancelled))
        gate.lock()
        gate.unlock(withValue: true)
        try await threads.shutdownGracefully()
        signal.finish()
        // A lookup cancelled in the queue is never started.
        for await name in begun { Issue.record("\(name) was looked up") }
    }

    private static func answer(
        _ resolver: SystemNameResolver, _ name: String
    ) async -> Result<[IPAddress], NameResolutionError> {
        do throws(NameResolutionError) {
            return .success(try await resolver.addresses(of: name))
        } catch {
            return .failure(error)
        }
    }
}
