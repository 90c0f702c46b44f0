import AsyncHTTPClient
import Foundation
import NIOCore
import TestSupport
import Testing

@Suite("countersign playground", .ownThreads, .timeLimit(.minutes(5)))
struct PlaygroundProcessTests {
    @Test("A registered client is used as it is, with its redirect URI on the port that is listened on")
    func given() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let playground = try PlaygroundProcess([
            "--issuer", bench.server.baseURL, "--client-id", "shop", "--key", bench.key, "--scope", "openid email",
        ])
        let page = try await Self.request("GET", playground.url + "/")
        #expect(page.status == 200)
        #expect(page.body.contains("It uses the registered client"))
        let callback = playground.url.replacing("http://127.0.0.1:", with: "http%3A%2F%2F127.0.0.1%3A") + "%2Fcallback"
        let query = "response_type=code&amp;client_id=shop&amp;redirect_uri=\(callback)&amp;scope=openid%20email"
        #expect(page.body.contains("href=\"\(bench.server.baseURL)/oauth2/authorize?\(query)&amp;state="))
        #expect(playground.interrupt() == 0)
        #expect(try ServerProcess.run(["client", "show", "shop", "--data", bench.server.directory]).status == 0)
    }

    @Test("Another browser, host or website gets nothing of a walk")
    func strangers() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let playground = try PlaygroundProcess(["--issuer", bench.server.baseURL, "--data", bench.server.directory])
        defer { _ = playground.interrupt() }
        let url = playground.url
        let first = try await Self.request("GET", url + "/")
        let cookie = try #require(first.headers["set-cookie"].first)
        #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Lax"))
        let pair = String(cookie.prefix { $0 != ";" })
        let state = try #require(first.body.firstMatch(of: /state=([A-Za-z0-9_-]{43})/)?.1)

        let again = try await Self.request("GET", url + "/", ["Cookie": pair])
        #expect(again.body.contains(state))
        #expect(again.headers["set-cookie"].isEmpty)
        let stranger = try await Self.request("GET", url + "/", ["Cookie": pair + "x"])
        #expect(!stranger.body.contains(state))
        #expect(try await Self.request("GET", url + "/exchange").headers["location"] == ["/"])
        #expect(try await Self.request("GET", url + "/", ["Host": "attacker.example"]).status == 421)
        for origin in ["https://attacker.example", "null"] {
            let form = try await Self.request("POST", url + "/start", ["Cookie": pair, "Origin": origin])
            #expect(form.status == 403)
        }
        // `iss` is missing, so the answer belongs to the walk but its code is not used.
        let answer = try await Self.request("GET", url + "/callback?code=c&state=\(state)", ["Cookie": pair])
        #expect(answer.headers["location"] == ["/exchange"])
        let page = try await Self.request("GET", url + "/exchange", ["Cookie": pair])
        #expect(page.body.contains("Failed"))
        #expect(!page.body.contains("Send the request"))
        let sent = try await Self.request("POST", url + "/exchange", ["Cookie": pair, "Origin": url])
        #expect(sent.headers["location"] == ["/exchange"])
    }

    @Test("A page cannot be framed, loads nothing from elsewhere, and is not cached")
    func policy() async throws {
        let bench = try Bench()
        defer { bench.remove() }
        let playground = try PlaygroundProcess(["--issuer", bench.server.baseURL, "--data", bench.server.directory])
        defer { _ = playground.interrupt() }
        let page = try await Self.request("GET", playground.url + "/")
        let policy = try #require(page.headers["content-security-policy"].first)
        #expect(policy.hasPrefix("default-src 'none'; style-src 'self'"))
        #expect(policy.contains("form-action 'self'; frame-ancestors 'none'"))
        #expect(page.headers["cache-control"] == ["no-store"])
        #expect(page.body.firstMatch(of: /<script| style=|<style/) == nil)
    }

    @Test("With a server of its own it prints a person, and leaves nothing behind")
    func withServer() async throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let playground = try PlaygroundProcess(["--with-server"], environment: ["TMPDIR": folder])
        #expect(playground.person.name == "alice")
        #expect(playground.person.password.count >= 15)
        #expect(try await Self.request("GET", playground.url + "/").status == 200)
        #expect(try await Self.request("GET", playground.issuer + "/.well-known/openid-configuration").status == 200)
        #expect(playground.interrupt() == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test(
        "A wrong command line is answered with what to do",
        arguments: [
            (["--listen", "0.0.0.0:8710"], "can be reached by other machines"),
            (["--listen", "8710"], "is not HOST:PORT"),
            (["--client-id", "shop"], "--client-id and --key belong together"),
            (["--kid", "one"], "--key, which is missing"),
            (["--with-server", "--issuer", "https://auth.example.com"], "--with-server brings a server"),
            (["--data", "a", "--config", "b"], "give --data or --config, not both"),
            (["--data", "a", "--registration-token-file", "b"], "which is not used here"),
        ])
    func usage(_ arguments: [String], _ message: String) throws {
        let result = try ServerProcess.run(["playground"] + arguments)
        #expect(result.status == 2)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.errors.contains("See 'countersign playground --help'."))
    }

    @Test("A server that cannot be reached, and a store that is not there, are named")
    func unreachable() throws {
        let away = try ServerProcess.run(["playground", "--issuer", "http://127.0.0.1:1", "--listen", "127.0.0.1:0"])
        #expect(away.status == 1)
        #expect(away.errors.contains("http://127.0.0.1:1 cannot be reached"))
        let bench = try Bench()
        defer { bench.remove() }
        let noStore = try ServerProcess.run([
            "playground", "--issuer", bench.server.baseURL, "--data", bench.folder + "/none", "--listen", "127.0.0.1:0",
        ])
        #expect(noStore.status == 1)
        #expect(noStore.errors.contains("here is no store in \(bench.folder)/none"))
    }

    /// A server with a registered client.
    private struct Bench {
        let folder = TemporaryDirectory().path
        let server: ServerProcess
        var key: String { folder + "/shop.pem" }

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            server = try ServerProcess(directory: folder + "/data")
            _ = try ServerProcess.run(["keygen", "--out", key])
            let added = try ServerProcess.run([
                "client", "add", "--id", "shop", "--name", "Shop", "--redirect-uri", "http://127.0.0.1/callback",
                "--scope", "openid email", "--jwks", folder + "/shop.jwks.json", "--data", server.directory,
            ])
            guard added.status == 0 else { throw TestFailure(added.errors) }
        }

        func remove() {
            _ = server.terminate()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Sends one request without following redirects.
    private static func request(
        _ method: String, _ url: String, _ headers: [String: String] = [:]
    ) async throws -> (status: Int, headers: HTTPFields, body: String) {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))
        do {
            let response = try await client.execute(request, timeout: .seconds(60))
            let body = String(buffer: try await response.body.collect(upTo: 1 << 20))
            try await client.shutdown()
            return (
                Int(response.status.code), HTTPFields(response.headers.map { ($0.name.lowercased(), $0.value) }), body
            )
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// Header fields by their name in lower case.
    private struct HTTPFields {
        private let values: [String: [String]]

        init(_ fields: [(String, String)]) {
            values = Dictionary(grouping: fields, by: \.0).mapValues { $0.map(\.1) }
        }

        subscript(name: String) -> [String] { values[name] ?? [] }
    }
}
