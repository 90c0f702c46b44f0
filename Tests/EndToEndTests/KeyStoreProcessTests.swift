import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("Certificates of a Java key store, from the file to the token", .ownThreads, .serialized)
struct KeyStoreProcessTests {
    /// A server, and clients registered without a key.
    struct Setup {
        let server: ServerProcess
        let java: JavaKeys

        init?(clients: [String]) throws {
            server = try ServerProcess()
            guard let java = JavaKeys(in: server.directory) else {
                server.kill()
                server.remove()
                return nil
            }
            self.java = java
            for client in clients {
                try run("client", "add", "--id", client, "--name", client, "--scope", "read")
            }
            try JavaKeys.password.write(toFile: java.path("password"), atomically: true, encoding: .utf8)
            chmod(java.path("password"), 0o600)
        }

        /// Runs a command on the server's store and expects success.
        @discardableResult
        func run(_ arguments: String...) throws -> String {
            try run(arguments, on: server.directory)
        }

        /// - Parameter data: the data directory; `nil` for a command that takes none.
        @discardableResult
        func run(_ arguments: String..., on data: String?) throws -> String {
            try run(arguments, on: data)
        }

        private func run(_ arguments: [String], on data: String?) throws -> String {
            try ServerProcessTests.expectSuccess(arguments + (data.map { ["--data", $0] } ?? []))
        }

        func hasToken(_ client: String, key: String) throws -> Bool {
            try ServerProcess.run([
                "token", "--issuer", server.baseURL, "--client-id", client, "--key", java.path(key),
            ]).status == 0
        }

        func end() {
            #expect(server.terminate() == 0)
            server.remove()
        }
    }

    @Test("An entry serves the client of its alias until it is removed", arguments: ["JKS", "PKCS12"])
    func entry(_ type: String) throws {
        guard let setup = try Setup(clients: ["billing"]) else { return }
        try setup.java.makeKey("billing", in: "client.jks")
        try setup.java.exportPrivateKey("billing", from: "client.jks", to: "billing.pem")
        try setup.java.exportCertificate("billing", from: "client.jks", to: "billing.cer")
        try setup.java.importCertificate("billing.cer", as: "billing", into: "clients", type: type)
        #expect(try !setup.hasToken("billing", key: "billing.pem"))

        let imported = try setup.run(
            "keystore", "import", setup.java.path("clients"), "--password-file", setup.java.path("password"))
        #expect(imported.contains(/billing +added .* serves the client of this ID/))
        try Patience.expect("a token after the import") { try setup.hasToken("billing", key: "billing.pem") }
        let again = try setup.run(
            "keystore", "import", setup.java.path("clients"), "--password-file", setup.java.path("password"))
        #expect(again.contains(/billing +unchanged\s/))

        try setup.run("keystore", "remove", "billing", "--yes")
        try Patience.expect("no token after the removal") { try !setup.hasToken("billing", key: "billing.pem") }
        setup.end()
    }

    @Test("An alias that keytool lower-cased serves the client in mixed case")
    func lowerCase() throws {
        guard let setup = try Setup(clients: ["BillingJob"]) else { return }
        try setup.java.makeKey("BillingJob", in: "client.jks")
        try setup.java.exportPrivateKey("BillingJob", from: "client.jks", to: "billing.pem")
        let imported = try setup.run(
            "keystore", "import", setup.java.path("client.jks"), "--password-file", setup.java.path("password"))
        #expect(imported.contains(/billingjob +added .* serves the client BillingJob/))
        #expect(imported.contains("private key"), "the private key is reported")
        try Patience.expect("a token after the import") { try setup.hasToken("BillingJob", key: "billing.pem") }
        setup.end()
    }

    @Test("Replacing an entry from Java with a bare certificate makes the alias case-sensitive")
    func exactReplacement() throws {
        guard let setup = try Setup(clients: ["Billing"]) else { return }
        for name in ["billing", "other"] { try setup.java.makeKey(name, in: "\(name).jks") }
        try setup.java.exportPrivateKey("other", from: "other.jks", to: "other.pem")
        try setup.java.exportCertificate("other", from: "other.jks", to: "other.cer")
        try setup.run(
            "keystore", "import", setup.java.path("billing.jks"), "--password-file", setup.java.path("password"))
        let replaced = try setup.run(
            "keystore", "import", setup.java.path("other.cer"), "--alias", "billing", "--replace")
        #expect(replaced.contains(/billing +replaced .* differs in case from the client Billing/), "\(replaced)")
        let shown = try setup.run("keystore", "show", "billing", "--json")
        #expect(shown.contains(/"from_java_key_store": ?false/), "\(shown)")
        try Patience.expect("no client is served") { try !setup.hasToken("Billing", key: "other.pem") }
        setup.end()
    }

    @Test("If two client IDs differ only in case, the entry serves neither; show, doctor and the trace say so")
    func twoClients() throws {
        guard let setup = try Setup(clients: ["Billing"]) else { return }
        try setup.java.makeKey("Billing", in: "client.jks")
        try setup.java.exportPrivateKey("Billing", from: "client.jks", to: "billing.pem")
        try setup.run(
            "keystore", "import", setup.java.path("client.jks"), "--password-file", setup.java.path("password"))
        try Patience.expect("a token after the import") { try setup.hasToken("Billing", key: "billing.pem") }

        let added = try ServerProcess.run([
            "client", "add", "--id", "BILLING", "--name", "Other", "--data", setup.server.directory,
        ])
        #expect(added.status == 0)
        let reason = "could mean each of the clients 'BILLING', 'Billing': it serves none of them"
        #expect(added.errors.contains(reason), "\(added.errors)")
        try Patience.expect("no token with a second client") { try !setup.hasToken("Billing", key: "billing.pem") }
        #expect(try !setup.hasToken("BILLING", key: "billing.pem"))

        #expect(try setup.run("client", "show", "Billing").contains(reason))
        #expect(try setup.run("keystore", "show", "billing").contains("BILLING, Billing, so it serves none"))
        let doctor = try ServerProcess.run(["doctor", "--data", setup.server.directory])
        #expect(doctor.status == 1)
        #expect(doctor.output.contains(reason), "\(doctor.output)")
        let assertion = try setup.run(
            "assertion", "sign", "--client-id", "Billing", "--key", setup.java.path("billing.pem"), "--audience",
            setup.server.baseURL, on: nil)
        let answer = try ServerProcessTests.curl(
            setup.server.baseURL + "/oauth2/token", form: TestServer.form(assertion.trimmingCharacters(in: .newlines)))
        #expect(!answer.body.contains("BILLING"))
        let reference = try #require(try JSONObject(parsing: Array(answer.body.utf8)).string("reference")?.text)
        try Patience.expect("the trace says so") {
            let explained = try ServerProcess.run(["explain", reference, "--data", setup.server.directory])
            return explained.output.contains("no_matching_key") && explained.output.contains(reason)
        }

        try setup.run("client", "remove", "BILLING", "--yes")
        try Patience.expect("a token with one client again") { try setup.hasToken("Billing", key: "billing.pem") }
        setup.end()
    }

    @Test("A single certificate is named after its file; a different one with that name is refused")
    func certificate() throws {
        guard let setup = try Setup(clients: ["billing"]) else { return }
        for name in ["billing", "other"] {
            try setup.java.makeKey(name, in: "client.jks")
            try setup.java.exportPrivateKey(name, from: "client.jks", to: "\(name).pem")
            try setup.java.exportCertificate(name, from: "client.jks", to: "\(name).cer")
        }
        try setup.run("keystore", "import", setup.java.path("billing.cer"))
        try Patience.expect("a token after the import") { try setup.hasToken("billing", key: "billing.pem") }

        let refused = try ServerProcess.run([
            "keystore", "import", setup.java.path("other.cer"), "--alias", "billing", "--data", setup.server.directory,
        ])
        #expect(refused.status == 1)
        #expect(refused.output.contains(/billing +conflict\s/))
        #expect(refused.errors.contains("--replace"))
        #expect(try setup.hasToken("billing", key: "billing.pem"))

        try setup.run("keystore", "import", setup.java.path("other.cer"), "--alias", "billing", "--replace")
        try Patience.expect("the new key after the replacement") { try setup.hasToken("billing", key: "other.pem") }
        #expect(try !setup.hasToken("billing", key: "billing.pem"))

        let exported = try setup.run("keystore", "export", "billing")
        #expect(exported.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        let shown = try JSONObject(
            parsing: Array(try setup.run("keystore", "show", "billing", "--json").dropLast().utf8))
        #expect(shown["in_force"] == .boolean(true))
        setup.end()
    }

    @Test("A wrong or missing password gives one line, and nothing is stored")
    func password() throws {
        guard let setup = try Setup(clients: []) else { return }
        try setup.java.makeKey("billing", in: "client.jks")
        for (arguments, input) in [(["--password-stdin"], "wrong\n"), ([], nil)] {
            let result = try ServerProcess.run(
                ["keystore", "import", setup.java.path("client.jks"), "--data", setup.server.directory] + arguments,
                input: input)
            #expect(result.status == 1)
            #expect(result.output.isEmpty)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        }
        #expect(try setup.run("keystore", "list", "--json") == "[]\n")
        setup.end()
    }
}
