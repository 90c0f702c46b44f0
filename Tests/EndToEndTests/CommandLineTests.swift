import Foundation
import TestSupport
import Testing

@Suite("The command line: results and exit statuses", .ownThreads)
struct CommandLineTests {
    /// Runs the body with a temporary folder that holds a key pair.
    private static func withKey(_ body: (_ folder: String) throws -> Void) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try ServerProcess.run(["keygen", "--out", folder + "/client.pem"]).status == 0)
        try body(folder)
    }

    @Test(
        "Every command has examples in its help",
        arguments: [
            "serve", "client add", "client list", "client show", "client edit", "client disable", "client enable",
            "client remove", "keygen", "assertion sign", "assertion inspect", "token", "jws verify", "explain", "demo",
        ])
    func help(_ command: String) throws {
        let result = try ServerProcess.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("EXAMPLES\n  countersign \(command)"))
    }

    @Test("assertion sign refuses a duplicate claim")
    func claimTwice() throws {
        try Self.withKey { folder in
            let sign = [
                "assertion", "sign", "--client-id", "a", "--key", folder + "/client.pem", "--audience",
                "https://as.example",
            ]
            #expect(try ServerProcess.run(sign + ["--claim", "a=1", "--claim", "b=1"]).status == 0)
            let twice = try ServerProcess.run(sign + ["--claim", "a=1", "--claim", "a=2"])
            #expect((twice.status, twice.output) == (2, ""))
        }
    }

    @Test("assertion inspect judges under conditions, and says what it cannot judge without a fetch")
    func inspect() throws {
        try Self.withKey { folder in
            let data = ["--data", folder + "/data"]
            let issuer = "https://as.example"
            let assertions = try ["keyed", "remote"].map { client in
                try ServerProcessTests.expectSuccess([
                    "assertion", "sign", "--client-id", client, "--key", folder + "/client.pem", "--audience", issuer,
                    "--no-typ",
                ]).trimmingCharacters(in: .newlines)
            }
            try ServerProcessTests.expectSuccess(
                ["client", "add", "--id", "keyed", "--name", "Keyed", "--jwks", folder + "/client.jwks.json"] + data)
            try ServerProcessTests.expectSuccess(
                ["client", "add", "--id", "remote", "--name", "Remote", "--jwks-uri", "https://keys.example/jwks"]
                    + data)
            func inspect(_ assertion: String, _ more: String...) throws -> (status: Int32, output: String) {
                let result = try ServerProcess.run(
                    ["assertion", "inspect", assertion, "--issuer", issuer] + data + more)
                return (result.status, result.output)
            }
            #expect(try inspect(assertions[0]).status == 0)
            let typed = try inspect(assertions[0], "--require-explicit-typing")
            #expect(typed.status == 1 && typed.output.contains("wrong_type"))
            #expect(try inspect(assertions[0], "--no-require-explicit-typing").status == 0)
            let missing = try inspect(assertions[0], "--registered-key", "other")
            #expect(missing.status == 1 && missing.output.contains("it has none that is called other"))
            let unread = try inspect(assertions[1])
            #expect(
                unread.status == 1 && unread.output.contains("Rule 13 cannot be judged without a fetch: the key set"))
            let json = try inspect(assertions[1], "--json")
            #expect(json.status == 1 && json.output.contains("https://keys.example/jwks would be fetched"))
            #expect(try inspect(assertions[1], "--key", folder + "/client.jwks.json").status == 0)
        }
    }

    @Test("jws verify prints the payload and exits with 0, with 1 if the signature fails, and with 2 on wrong usage")
    func verify() throws {
        try Self.withKey { folder in
            let signed = try ServerProcess.run([
                "assertion", "sign", "--client-id", "a", "--key", folder + "/client.pem", "--audience",
                "https://as.example",
            ]).output.trimmingCharacters(in: .whitespacesAndNewlines)
            let keySet = folder + "/client.jwks.json"
            let good = try ServerProcess.run(["jws", "verify", "--jwk", keySet, "--", signed])
            #expect(good.status == 0)
            #expect(good.output.hasPrefix("{\"iss\":\"a\"") && good.output.hasSuffix("}"))
            let forged = try ServerProcess.run(["jws", "verify", "--jwk", keySet, "--", "e30." + signed.dropFirst(4)])
            #expect((forged.status, forged.output) == (1, ""))
            let cut = try ServerProcess.run(["jws", "verify", "--jwk", keySet, "--", String(signed.dropLast(2))])
            #expect(cut.status == 1)
            #expect(
                cut.errors.contains("64 bytes for ES256, r and s side by side; this one has 63 bytes"), "\(cut.errors)")
            #expect(try ServerProcess.run(["jws", "verify", "--jwk", folder + "/client.pem", signed]).status == 1)
            #expect(try ServerProcess.run(["jws", "verify", "--jwk", folder + "/none", signed]).status == 2)
            #expect(try ServerProcess.run(["jws", "verify", signed]).status == 2)
        }
    }

    @Test("A private key is never registered and never overwritten")
    func privateKey() throws {
        try Self.withKey { folder in
            let key = folder + "/client.pem"
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let before = try String(contentsOfFile: key, encoding: .utf8)
            #expect(try ServerProcess.run(["keygen", "--out", key]).status == 1)
            #expect(try String(contentsOfFile: key, encoding: .utf8) == before)
            let added = try ServerProcess.run([
                "client", "add", "--id", "a", "--name", "A", "--public-key", key, "--data", folder + "/data",
            ])
            #expect(added.status == 1)
            #expect(added.errors.contains("private key"))
        }
    }
}
