import Foundation
import NIOSSL
import Testing

@testable import Fetching

@Suite("TLS: authentication of the server")
struct FetchTLSTests {
    private static func fetcher(_ authority: TestAuthority) throws -> DocumentFetcher {
        DocumentFetcher(
            FetchPolicy(
                allowsHTTPOnLoopback: true, trust: try TrustRoots(file: authority.file), timeout: .seconds(300)),
            resolver: FakeResolver([
                "keys.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]],
                "xn--bcher-kva.example": [["127.0.0.1"]],
            ]))
    }

    @Test(
        "A certificate for the host is accepted, and the request has the host's name", .timeLimit(.minutes(5)),
        arguments: ["keys.example", "KEYS.Example", "xn--bcher-kva.example"])
    func name(_ host: String) async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.dnsName(host.lowercased())).context()
        let server = try await KeyServer(tls: context) { _ in [.text(Answer.ok(Answer.emptySet)), .close] }
        let url = try RemoteURL("https://\(host):\(server.port)/jwks")
        let trace = FetchTrace()
        let fetched = try await Self.fetcher(authority).fetch(url, trace: trace)
        #expect(fetched.body == Array(Answer.emptySet.utf8))
        #expect(trace.hops.first?.tls?.version == "TLS 1.3")
        #expect(trace.hops.first?.tls?.certificate.isEmpty == false)
        #expect(server.requests.first?.contains("\r\nhost: \(host.lowercased()):\(server.port)\r\n") == true)
        try await server.stop()
    }

    @Test("A certificate for an address is not accepted for a name that resolves to it", .timeLimit(.minutes(5)))
    func address() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.ipAddress(.init(contentBytes: [127, 0, 0, 1]))).context()
        let server = try await KeyServer(tls: context) { _ in [.text(Answer.ok(Answer.emptySet)), .close] }
        let fetcher = try Self.fetcher(authority)
        #expect(await failure(of: fetcher, try RemoteURL("https://127.0.0.1:\(server.port)/")) == nil)
        let url = try RemoteURL("https://keys.example:\(server.port)/")
        let error = await failure(of: fetcher, url)
        #expect(error == .notTrusted(url: url.text, .wrongHost), "\(String(describing: error))")
        try await server.stop()
    }

    @Test("A certificate for another host is refused before the request", .timeLimit(.minutes(5)))
    func wrongHost() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.dnsName("keys.example")).context()
        let server = try await KeyServer(tls: context) { _ in [.text(Answer.ok(Answer.emptySet)), .close] }
        for host in ["other.example", "127.0.0.1"] {
            let url = try RemoteURL("https://\(host):\(server.port)/")
            #expect(await failure(of: try Self.fetcher(authority), url) == .notTrusted(url: url.text, .wrongHost))
        }
        #expect(server.requests.isEmpty)
        try await server.stop()
    }

    @Test("A self-signed, untrusted or expired certificate is refused", .timeLimit(.minutes(5)))
    func refused() async throws {
        let authority = try TestAuthority()
        let stranger = try TestAuthority("Somebody else")
        defer {
            authority.remove()
            stranger.remove()
        }
        for issued in [
            try authority.issue(.dnsName("keys.example"), selfSigned: true),
            try stranger.issue(.dnsName("keys.example")),
            try authority.issue(.dnsName("keys.example"), notAfter: Date().addingTimeInterval(-60)),
        ] {
            let context = try issued.context()
            let server = try await KeyServer(tls: context) { _ in [.text(Answer.ok(Answer.emptySet)), .close] }
            let url = try RemoteURL("https://keys.example:\(server.port)/")
            #expect(
                await failure(of: try Self.fetcher(authority), url) == .notTrusted(url: url.text, .certificateRefused))
            #expect(server.requests.isEmpty)
            try await server.stop()
        }
    }

    @Test("The system's trust roots do not include a test authority", .timeLimit(.minutes(5)))
    func system() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let context = try authority.issue(.dnsName("keys.example")).context()
        let server = try await KeyServer(tls: context) { _ in [.text(Answer.ok(Answer.emptySet)), .close] }
        let url = try RemoteURL("https://keys.example:\(server.port)/")
        let fetcher = loopbackFetcher(resolver: FakeResolver(["keys.example": [["127.0.0.1"]]]))
        #expect(await failure(of: fetcher, url) == .notTrusted(url: url.text, .certificateRefused))
        try await server.stop()
    }

    @Test("Versions before TLS 1.2 and plain text are refused", .timeLimit(.minutes(5)))
    func handshake() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let old = try authority.issue(.dnsName("keys.example")).context {
            $0.minimumTLSVersion = .tlsv1
            $0.maximumTLSVersion = .tlsv11
        }
        for tls in [old, nil] {
            let server = try await KeyServer(tls: tls, isHasty: true) { _ in
                [.text("HTTP/1.1 400 Bad Request\r\n\r\n"), .close]
            }
            let url = try RemoteURL("https://keys.example:\(server.port)/")
            let error = await failure(of: try Self.fetcher(authority), url)
            guard case .notTrusted(url.text, .handshake(let detail))? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(detail == (tls == nil ? "WRONG_VERSION_NUMBER" : "TLSV1_ALERT_PROTOCOL_VERSION"))
            try await server.stop()
        }
    }

    @Test("A stalled handshake is subject to the timeout", .timeLimit(.minutes(5)))
    func silent() async throws {
        let server = try await KeyServer { _ in [.silence] }
        let url = try RemoteURL("https://127.0.0.1:\(server.port)/")
        func isExpected(_ error: FetchError) -> Bool {
            if case .timedOut(url.text, _, .connecting) = error { true } else { false }
        }
        let error = await patiently(until: isExpected) { await failure(of: loopbackFetcher(timeout: $0), url) }
        #expect(error.map(isExpected) == true, "\(String(describing: error))")
        try await server.allClosed()
        try await server.stop()
    }

    @Test("A file without certificates is reported")
    func file() throws {
        for file in ["/nowhere.pem", "/dev/null", #filePath] {
            let error = #expect(throws: TrustRootsError.self) { try TrustRoots(file: file) }
            #expect(error?.file == file)
            #expect(error?.message.contains("'\(file)'") == true)
        }
    }

    @Test(
        "A name matches itself, or a wildcard in place of its first label",
        arguments: [
            ("keys.example", "keys.example", true), ("KEYS.Example", "keys.example", true),
            ("*.keys.example", "a.keys.example", true), ("*.keys.example", "a.b.keys.example", false),
            ("*.keys.example", "keys.example", false), ("*.keys.example", "akeys.example", false),
            ("a*.keys.example", "ab.keys.example", false), ("*.example", "keys.example", false),
            ("*", "keys.example", false), ("keys.*.example", "keys.a.example", false),
            ("other.example", "keys.example", false), ("keys.example.", "keys.example", false),
            ("", "keys.example", false),
        ])
    func names(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(ServerIdentity.matches(pattern: pattern, name) == expected)
    }
}
