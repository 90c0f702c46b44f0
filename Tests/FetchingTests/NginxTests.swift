import Fetching
import Foundation
import TestSupport
import Testing

@Suite("Fetching from nginx", .ownThreads, .requires("nginx"), .timeLimit(.minutes(5)))
struct NginxTests {
    private static let document = #"{"keys":[],"padding":"\#(String(repeating: "x", count: 200_000))"}"#

    private static let locations = """
        location = /chain/0 { return 301 1; }
        location = /chain/1 { return 302 /chain/2; }
        location = /chain/2 { return 307 https://keys.example:$server_port/set.jwks; }
        location = /chain/longer { return 308 /chain/0; }
        location = /plain { return 302 http://keys.example/set.jwks; }
        location = /metadata { return 302 https://169.254.169.254/latest/; }
        location = /inside { return 302 https://inside.example/; }
        location = /day/set.jwks { alias files/set.jwks; add_header Cache-Control "public, max-age=86400"; }
        location = /never/set.jwks { alias files/set.jwks; add_header Cache-Control "no-store"; }
        location = /hour/set.jwks { alias files/set.jwks; expires 1h; }
        location = /past/set.jwks { alias files/set.jwks; expires -1; }
        location = /gzip/set.jwks { alias files/set.jwks; gzip on; gzip_types *; gzip_min_length 1; }
        location = /slow/set.jwks { alias files/set.jwks; limit_rate 1k; }
        location = /steady/set.jwks { alias files/set.jwks; limit_rate 400k; }
        location = /gone { return 410; }
        location = /teapot { return 418 "no"; }
        """

    /// An nginx with three servers: a valid certificate, one for another host, and a self-signed one.
    private struct Setup {
        let authority: TestAuthority
        let nginx: NginxServer
        let fetcher: DocumentFetcher

        init() async throws {
            authority = try TestAuthority()
            nginx = try await NginxServer(
                folder: authority.folder,
                certificates: [
                    try authority.issue(.dnsName("keys.example")), try authority.issue(.dnsName("other.example")),
                    try authority.issue(.dnsName("keys.example"), selfSigned: true),
                ],
                locations: NginxTests.locations.replacing(
                    "alias files/", with: "alias \(authority.folder.path)/files/"),
                files: ["set.jwks": NginxTests.document, "large.jwks": NginxTests.document + NginxTests.document])
            fetcher = try NginxTests.fetcher(authority, timeout: .seconds(300))
        }

        func url(_ path: String, _ server: Int = 0) throws -> RemoteURL {
            try RemoteURL("https://keys.example:\(nginx.ports[server])\(path)")
        }

        func stop() {
            nginx.stop()
            authority.remove()
        }
    }

    private static func fetcher(_ authority: TestAuthority, timeout: Duration) throws -> DocumentFetcher {
        DocumentFetcher(
            FetchPolicy(allowsHTTPOnLoopback: true, trust: try TrustRoots(file: authority.file), timeout: timeout),
            resolver: FakeResolver(["keys.example": [["127.0.0.1"]], "inside.example": [["10.0.0.1"]]]))
    }

    @Test("A document is fetched over TLS, and again only if it has changed")
    func document() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        let url = try setup.url("/set.jwks")
        let first = try await setup.fetcher.fetch(url)
        #expect(first.body == Array(Self.document.utf8))
        #expect(first.contentType == "application/jwk-set+json")
        #expect(first.lifetime == nil)
        let etag = try #require(first.etag)
        let second = try await setup.fetcher.fetch(url, etag: etag)
        #expect(second.body == nil)
        #expect(second.etag == etag)
        try "{}".write(
            to: setup.nginx.folder.appending(path: "files/set.jwks"), atomically: true, encoding: .utf8)
        let third = try await setup.fetcher.fetch(url, etag: etag)
        #expect(third.body == Array("{}".utf8))
        #expect(third.etag != etag)
    }

    @Test("A certificate for another host or a self-signed one is refused")
    func certificates() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        #expect(
            await failure(of: setup.fetcher, try setup.url("/set.jwks", 1))
                == .notTrusted(url: try setup.url("/set.jwks", 1).text, .wrongHost))
        #expect(
            await failure(of: setup.fetcher, try setup.url("/set.jwks", 2))
                == .notTrusted(url: try setup.url("/set.jwks", 2).text, .certificateRefused))
    }

    @Test("At most three redirects are followed, and none to a forbidden target")
    func redirects() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        let fetched = try await setup.fetcher.fetch(try setup.url("/chain/0"))
        #expect(fetched.url == (try setup.url("/set.jwks")))
        #expect(fetched.body == Array(Self.document.utf8))
        #expect(
            await failure(of: setup.fetcher, try setup.url("/chain/longer"))
                == .tooManyRedirects(url: try setup.url("/chain/2").text, limit: 3))
        #expect(
            await failure(of: setup.fetcher, try setup.url("/plain"))
                == .redirectRefused(
                    url: try setup.url("/plain").text, location: "http://keys.example/set.jwks", .notSecure))
        #expect(
            await failure(of: setup.fetcher, try setup.url("/metadata"))
                == .forbiddenAddress(
                    url: "https://169.254.169.254/latest/", host: "169.254.169.254", .v4(0xA9FE_A9FE),
                    .specialPurpose(.cloudMetadata)))
        #expect(
            await failure(of: setup.fetcher, try setup.url("/inside"))
                == .forbiddenAddress(
                    url: "https://inside.example/", host: "inside.example", .v4(0x0A00_0001),
                    .specialPurpose(.privateUse)))
    }

    @Test("The lifetime is taken from Cache-Control and Expires")
    func lifetime() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        for (path, lifetime) in [
            ("/day/set.jwks", .seconds(86_400)), ("/never/set.jwks", .zero), ("/hour/set.jwks", .seconds(3600)),
            ("/past/set.jwks", .zero), ("/set.jwks", nil),
        ] as [(String, Duration?)] {
            #expect(try await setup.fetcher.fetch(try setup.url(path)).lifetime == lifetime, "\(path)")
        }
    }

    @Test("A slow response ends at the timeout, a fast enough one succeeds")
    func slow() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        let url = try setup.url("/slow/set.jwks")
        func isExpected(_ error: FetchError) -> Bool {
            if case .timedOut(url.text, _, .reading) = error { true } else { false }
        }
        // At 1 KiB a second it would take more than three minutes.
        let error = await patiently(until: isExpected) { limit in
            guard let fetcher = try? Self.fetcher(setup.authority, timeout: limit) else { return nil }
            return await failure(of: fetcher, url)
        }
        #expect(error.map(isExpected) == true, "\(String(describing: error))")
        let fetched = try await setup.fetcher.fetch(try setup.url("/steady/set.jwks"))
        #expect(fetched.body == Array(Self.document.utf8))
    }

    @Test("A document that is too long or missing is refused; no compression is requested")
    func others() async throws {
        let setup = try await Setup()
        defer { setup.stop() }
        let large = try setup.url("/large.jwks")
        #expect(await failure(of: setup.fetcher, large) == .tooLong(url: large.text, limit: 262_144))
        for (path, status) in [("/gone", 410), ("/teapot", 418), ("/nowhere", 404)] {
            let url = try setup.url(path)
            #expect(await failure(of: setup.fetcher, url) == .status(url: url.text, status))
        }
        let plain = try await setup.fetcher.fetch(try setup.url("/gzip/set.jwks"))
        #expect(plain.body == Array(Self.document.utf8))
    }
}
