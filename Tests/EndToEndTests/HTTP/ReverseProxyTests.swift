import CountersignJOSE
import Foundation
import TestSupport
import Testing

extension HTTPProcessTests {
    @Suite("Behind a reverse proxy", .server("behind_proxy = true"), .timeLimit(.minutes(5)))
    struct ReverseProxyTests {
        /// Returns the caller's address from the audit entry of a refusal.
        private static func address(
            of server: ServerUnderTest, _ answer: (status: Int, body: String)
        ) throws -> String? {
            #expect(answer.status == 401)
            let refusal = try JSONObject(parsing: Array(answer.body.utf8))
            guard case .string(let reference)? = refusal["reference"] else { throw TestFailure(answer.body) }
            var found: String?
            try Patience.expect("the entry in the audit") {
                let result = try ServerProcess.run([
                    "explain", reference.text, "--json", "--data", server.dataDirectory,
                ])
                guard result.status == 0 else { return false }
                let entry = try JSONObject(parsing: Array(result.output.dropLast().utf8))
                if case .string(let address)? = entry["remote_address"] { found = address.text }
                return true
            }
            return found
        }

        private static let forged = TestServer.form("e30.e30.AA")

        @Test(
            "The last address of X-Forwarded-For is the caller's; without a valid one the proxy's own counts",
            arguments: [
                ("203.0.113.9", "203.0.113.9"), ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
                ("x, 2001:db8::1", "2001:db8::1"), ("203.0.113.9, x", "127.0.0.1"), ("'; drop table", "127.0.0.1"),
                ("a" + String(repeating: "\u{301}", count: 5000), "127.0.0.1"),
                ("203.0.113.9:8080", "203.0.113.9"),
            ])
        func forwarded(_ field: String, _ address: String) throws {
            let server = try ServerUnderTest.shared()
            let answer = try ServerProcessTests.curl(
                server.baseURL + "/oauth2/token", form: Self.forged, ["-H", "X-Forwarded-For: \(field)"])
            #expect(try Self.address(of: server, answer) == address)
        }

        /// Expects the behavior required behind every proxy.
        private func expectProxied(through port: Int, _ server: ServerUnderTest) throws {
            let proxy = "http://127.0.0.1:\(port)"
            // The caller's address differs from the proxy's.
            let refused = try ServerProcessTests.curl(
                proxy + "/oauth2/token", form: Self.forged, ["--interface", "127.0.0.2"])
            #expect(try Self.address(of: server, refused) == "127.0.0.2")
            // Upgrade offers between honest requests, over the connections that the proxy keeps and shares.
            for _ in 0..<10 {
                let stranger = try Wire(port: port)
                stranger.send(Requests.get("/health/live", Requests.h2cOffer))
                #expect(try stranger.answer().status == 200)
                stranger.send(Requests.get("/health/live", "Connection: Upgrade\r\nUpgrade: x\r\n") + "rubbish")
                #expect(try stranger.answer().status == 200)
                for request in [Requests.live, Requests.token, Requests.live] {
                    let honest = try Wire(port: port)
                    honest.send(request)
                    #expect(try honest.answer().status == (request == Requests.token ? 400 : 200))
                }
            }
            let large = String(repeating: "a", count: 100_000)
            #expect(try ServerProcessTests.curl(proxy + "/oauth2/token", form: large).status == 413)
        }

        @Test("nginx with keep-alive connections, passing Upgrade on", .requires("nginx"))
        func nginx() async throws {
            let nginx = try #require(Program.path("nginx"))
            let server = try ServerUnderTest.shared()
            let (port, folder) = (try Program.freePort(), server.folder + "/nginx")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let configuration = HTTPText.nginx(
                """
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                upstream countersign { server 127.0.0.1:\(server.port); keepalive 2; }
                server {
                    listen 127.0.0.1:\(port);
                    location / {
                        proxy_pass http://countersign;
                        proxy_http_version 1.1;
                        proxy_set_header Host $host;
                        proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection $connection_upgrade;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    }
                }
                """)
            try configuration.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
            let program = try RunningProgram(
                nginx, ["-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/error.log"], in: folder)
            defer { program.stop() }
            try await program.listens(on: port)
            try expectProxied(through: port, server)
        }

        @Test("HAProxy with shared connections", .requires("haproxy"))
        func haproxy() async throws {
            let haproxy = try #require(Program.path("haproxy"))
            let server = try ServerUnderTest.shared()
            let (port, file) = (try Program.freePort(), server.folder + "/haproxy.cfg")
            try """
            global
                maxconn 64
            defaults
                mode http
                timeout connect 10s
                timeout client 30s
                timeout server 30s
                option forwardfor
                http-reuse always
            frontend front
                bind 127.0.0.1:\(port)
                default_backend countersign
            backend countersign
                server one 127.0.0.1:\(server.port)

            """.write(toFile: file, atomically: true, encoding: .utf8)
            let program = try RunningProgram(haproxy, ["-db", "-f", file], in: server.folder)
            defer { program.stop() }
            try await program.listens(on: port)
            try expectProxied(through: port, server)
        }
    }
}
