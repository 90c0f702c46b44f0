import Foundation
import TestSupport
import Testing

@Suite("Environment errors: one line each, in plain words, with what to do", .ownThreads)
struct ErrorLineTests {
    /// Runs the body with a temporary folder that holds a key pair.
    private static func withKey(_ body: (_ folder: String) async throws -> Void) async throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try ServerProcess.run(["keygen", "--out", folder + "/k.pem"]).status == 0)
        try await body(folder)
    }

    /// Expects a command to fail with one line on standard error that begins and ends as given.
    private static func expect(
        _ arguments: [String], _ beginning: String, _ end: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try ServerProcess.run(arguments)
        let line = result.errors
        #expect((result.status, result.output) == (1, ""), sourceLocation: sourceLocation)
        #expect(line.hasPrefix("error: " + beginning), "\(line)", sourceLocation: sourceLocation)
        #expect(line.hasSuffix(end + "\n"), "\(line)", sourceLocation: sourceLocation)
        #expect(line.filter(\.isNewline).count == 1, "\(line)", sourceLocation: sourceLocation)
        // No library internals: types, error codes, build paths.
        for word in ["NIO", "HTTPClientError", "SocketAddressError", "error:1", ".build", "checkouts", "Optional"] {
            #expect(!line.contains(word), "\(line)", sourceLocation: sourceLocation)
        }
    }

    @Test("A server with an untrusted certificate")
    func certificates() async throws {
        try await Self.withKey { folder in
            try await ServerUnderTest.run(tls: true) { server, _ in
                let url = "https://localhost:\(server.port)"
                let token = ["token", "--client-id", "a", "--key", folder + "/k.pem", "--issuer"]
                try Self.expect(
                    token + [url],
                    "the certificate of \(url) was not issued by an authority that this system trusts, or is not valid now. ",
                    "If the server has its own authority, give that authority's certificate with --ca-certificate FILE."
                )
                // The advice works: the server is trusted, and the next check fails instead.
                try Self.expect(
                    token + [url, "--ca-certificate", server.folder + "/tls.pem"],
                    "the metadata is that of the issuer 'https://127.0.0.1:\(server.port)'")
                let authority = ["--ca-certificate", folder + "/tls.pem"]
                try Self.expect(
                    token + [url] + authority,
                    "'\(folder)/tls.pem' cannot be read: no such file or directory. Check the path.")
                try TLSIdentity.make("other").write(to: folder)
                try Self.expect(
                    token + [url] + authority,
                    "the certificate of \(url) was not issued by an authority in '\(folder)/tls.pem' (--ca-certificate), or"
                )
                try Self.expect(
                    token + [url, "--ca-certificate", folder + "/k.pem"],
                    "'\(folder)/k.pem' contains no PEM certificates. Give the authority's certificate in PEM.")
                try Self.expect(
                    token + ["http://127.0.0.1:\(server.port)"],
                    "http://127.0.0.1:\(server.port) cannot be reached: the server closed the connection before it answered."
                )
            }
        }
    }

    @Test("A server whose certificate is for another host")
    func otherHost() async throws {
        try await Self.withKey { folder in
            try TLSIdentity.make("other", hosts: ["other.example"]).write(to: folder)
            let server = try ServerProcess(
                directory: folder + "/data",
                arguments: ["--tls-certificate", folder + "/tls.pem", "--tls-key", folder + "/tls.key"])
            defer { server.kill() }
            let url = server.baseURL.replacing("127.0.0.1", with: "localhost")
            try Self.expect(
                [
                    "token", "--client-id", "a", "--key", folder + "/k.pem", "--issuer", url, "--ca-certificate",
                    folder + "/tls.pem",
                ],
                "\(url) cannot be trusted: its certificate is for another host. Use the host name that the certificate names."
            )
        }
    }

    @Test("A server without TLS, a server that is not running, and an unresolvable host")
    func servers() async throws {
        try await Self.withKey { folder in
            let token = ["token", "--client-id", "a", "--key", folder + "/k.pem", "--issuer"]
            try await ServerUnderTest.run { server, _ in
                let url = "https://127.0.0.1:\(server.port)"
                try Self.expect(
                    token + [url], "\(url) cannot be trusted: it does not speak TLS. Use the port for https; ",
                    "plain http is for loopback addresses only.")
            }
            let free = "http://127.0.0.1:\(try Program.freePort())"
            let advice = "Check the URL, and that the server runs."
            try Self.expect(token + [free], "\(free) cannot be reached: connection refused. \(advice)")
            try Self.expect(
                token + ["https://nowhere.invalid"],
                "https://nowhere.invalid cannot be reached: its host name cannot be looked up. \(advice)")
            try Self.expect(
                token + ["http://as.example"],
                "'http://as.example' is plain http, which is for loopback addresses only. Use an https URL.")
        }
    }

    @Test("A port in use, an unresolvable name, and an address that this machine does not have")
    func listening() async throws {
        try await ServerUnderTest.run { server, _ in
            let serve = ["serve", "--data", server.folder + "/other"]
            try Self.expect(
                serve + ["--listen", "127.0.0.1:\(server.port)"],
                "cannot listen on 127.0.0.1:\(server.port): another process does. 'ss -ltnp sport = :\(server.port)' shows which ",
                "one; stop it, or choose another address with --listen.")
            let file = server.folder + "/taken.toml"
            try "\n[server]\nlisten = \"127.0.0.1:\(server.port)\"\n".write(
                toFile: file, atomically: true, encoding: .utf8)
            try Self.expect(
                serve + ["--config", file], "cannot listen on",
                "stop it, or choose another address at server.listen in \(file):3.")
        }
        try await Self.withKey { folder in
            // The certificate lets it listen beyond the loopback interface without a warning.
            try TLSIdentity.make("localhost").write(to: folder)
            let serve = [
                "serve", "--data", folder + "/data", "--tls-certificate", folder + "/tls.pem", "--tls-key",
                folder + "/tls.key", "--listen",
            ]
            try Self.expect(
                serve + ["nowhere.invalid:2345"], "cannot listen on nowhere.invalid:2345: the name has no address.")
            try Self.expect(
                serve + ["192.0.2.1:2345"],
                "cannot listen on 192.0.2.1:2345: no network interface of this machine has that")
        }
    }

    @Test("Unusable files and directories")
    func files() async throws {
        try await Self.withKey { folder in
            let (missing, file) = (folder + "/none", folder + "/file")
            try "x".write(toFile: file, atomically: true, encoding: .utf8)
            let data = ["--data", folder + "/d"]
            let notThere = "'\(missing)' cannot be read: no such file or directory. Check the path."
            try Self.expect(["client", "add", "--id", "a", "--jwks", missing] + data, notThere)
            try Self.expect(["serve", "--config", missing], notThere)
            try Self.expect(["keystore", "import", missing] + data, notThere)
            try Self.expect(
                ["keystore", "import", folder] + data, "'\(folder)' cannot be read: is a directory. Name a file in it.")
            try Self.expect(
                ["keygen", "--out", missing + "/k.pem"],
                "'\(missing)/k.pem' cannot be written: no such file or directory. Create its directory first.")
            try Self.expect(
                ["client", "list", "--data", file],
                "there is no store in \(file). Name its directory with --data; 'countersign client add' creates one."
            )
            try Self.expect(
                ["client", "add", "--id", "a", "--data", file + "/d"],
                "the store is unavailable: \(file)/d: Not a directory. See that the data directory (--data) is the right one"
            )
            // No directory can be created in /proc, and the system reports the parent as missing.
            try Self.expect(
                ["client", "add", "--id", "a", "--data", "/proc/none/d"], "the store is unavailable: /proc/none")
        }
    }
}
