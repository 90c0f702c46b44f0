import Foundation
import TestSupport
import Testing

@Suite("The next step that a command suggests", .ownThreads)
struct NextStepTests {
    private static func withFolder(_ body: (_ folder: String) throws -> Void) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try body(folder)
    }

    @Test("client add reports a new store once, warns about a client without keys, and ends with the next step")
    func clientAdd() throws {
        try Self.withFolder { folder in
            let data = folder + "/data"
            try ServerProcessTests.expectSuccess(["keygen", "--out", folder + "/b.pem"])
            let first = try ServerProcess.run([
                "client", "add", "--id", "billing", "--jwks", folder + "/b.jwks.json", "--data", data,
            ])
            #expect(first.status == 0)
            #expect(first.errors == "note: there was no store in \(data), so a new one was created.\n")
            #expect(
                first.output.hasSuffix(
                    """


                    Next, start the server (countersign serve --data \(data)) and fetch a token:
                      countersign token --client-id billing --key \(folder)/b.pem --issuer http://127.0.0.1:9443

                    """))
            let second = try ServerProcess.run(["client", "add", "--id", "it's", "--data", data])
            #expect(second.status == 0)
            #expect(
                second.errors == """
                    warning: the client it's has no key. To do: countersign client edit 'it'\\''s' --jwks FILE

                    """)
            #expect(
                second.output.hasSuffix(
                    "\nNext, give it a key:\n  countersign client edit 'it'\\''s' --data \(data) --jwks FILE\n"))
            let dashed = try ServerProcess.run([
                "client", "add", "--id=-x", "--jwks", folder + "/b.jwks.json", "--data", data,
            ])
            #expect(dashed.output.contains("countersign token --client-id=-x --key \(folder)/b.pem"))
            let keyless = try ServerProcess.run(["client", "add", "--id=-y", "--data", data])
            #expect(keyless.errors.contains("To do: countersign client edit --jwks FILE -- -y\n"))
            #expect(keyless.output.hasSuffix("  countersign client edit --data \(data) --jwks FILE -- -y\n"))
            // The printed command works.
            try ServerProcessTests.expectSuccess([
                "client", "edit", "--data", data, "--jwks", folder + "/b.jwks.json", "--", "-y",
            ])
            for kind in [["--jwks", folder + "/b.jwks.json"], ["--public"]] {
                let web = try ServerProcess.run(
                    ["client", "add", "--redirect-uri", "https://web.example/cb", "--scope", "openid a"] + kind
                        + ["--data", data])
                #expect(
                    web.output.contains(
                        "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb&scope=openid%20a&code_challenge="),
                    "\(web.output)")
                #expect(!web.output.contains("countersign token"))
            }
            let noKey = try ServerProcess.run([
                "client", "add", "--public", "--id", "p", "--redirect-uri", "https://web.example/cb", "--jwks",
                folder + "/b.jwks.json", "--data", data,
            ])
            #expect(
                noKey.errors.contains(
                    "its keys have no effect. To do: countersign client edit p --no-public\n"), "\(noKey.errors)")
            let json = try ServerProcess.run(["client", "add", "--id", "c", "--data", data, "--json"])
            #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
        }
    }

    /// Returns the registered scopes that a command prints.
    private static func scopes(_ arguments: [String], _ folder: String) throws -> String? {
        let output = try ServerProcess.run(arguments + ["--data", folder + "/data", "--json"]).output
        return (try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])?["scope"] as? String
    }

    @Test("Scopes from several options are merged without duplicates")
    func scopes() throws {
        try Self.withFolder { folder in
            let add = ["client", "add", "--id", "a", "--scope", "read", "--scope", "write read"]
            let added = try Self.scopes(add, folder)
            #expect(added == "read write")
            let kept = try Self.scopes(["client", "edit", "a", "--name", "A"], folder)
            #expect(kept == "read write")
            let replaced = try Self.scopes(["client", "edit", "a", "--scope", "c", "--scope", "b"], folder)
            #expect(replaced == "c b")
        }
    }

    @Test(
        "serve suggests nothing that our own client refuses",
        arguments: [
            (["--issuer", "http://as.example", "--behind-proxy"], false), (["--issuer", "https://as.example"], true),
            ([], true),
        ])
    func serve(_ arguments: [String], _ isProposed: Bool) throws {
        try Self.withFolder { folder in
            let output = try Self.startMessage(arguments, folder)
            #expect(output.contains("\n  countersign token --issuer ") == isProposed, "\(output)")
            if isProposed {
                let issuer = try #require(output.firstMatch(of: /token --issuer (\S+)/)).1
                let token = try ServerProcess.run([
                    "token", "--issuer", String(issuer), "--client-id", "a", "--key", folder + "/none.pem",
                ])
                // The error is about the missing key, not the URL.
                #expect(token.errors.contains("none.pem"))
            } else {
                #expect(
                    output.contains(
                        "(then set --issuer to the https URL that clients use: they refuse http://as.example)"))
            }
        }
    }

    @Test("The suggested token command trusts a self-signed certificate")
    func selfSigned() throws {
        try Self.withFolder { folder in
            try TLSIdentity.make("localhost").write(to: folder)
            let output = try Self.startMessage(
                ["--tls-certificate", folder + "/tls.pem", "--tls-key", folder + "/tls.key"], folder)
            #expect(output.contains(" --key client.pem --ca-certificate \(folder)/tls.pem\n"))
        }
    }

    /// Returns what a server prints until it listens, and kills it.
    private static func startMessage(_ arguments: [String], _ folder: String) throws -> String {
        let process = Process()
        process.executableURL = ServerProcess.binary
        process.arguments = ["serve", "--data", folder + "/data", "--listen", "127.0.0.1:0"] + arguments
        process.standardError = FileHandle.nullDevice
        let pipe = try Program.start(process) { $0.pipeOutput() }
        defer { process.waitUntilExit() }
        defer { kill(process.processIdentifier, SIGKILL) }
        var output = ""
        while !output.contains("Ctrl-C stops the server.") {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw TestFailure("the server ended: \(output)") }
            output += String(decoding: data, as: UTF8.self)
        }
        return output
    }
}
