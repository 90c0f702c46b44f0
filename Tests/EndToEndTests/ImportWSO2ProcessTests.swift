import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("Importing from WSO2, as a process", .ownThreads, .serialized)
struct ImportWSO2ProcessTests {
    /// A typical `deployment.toml`: the authenticator among many other settings.
    static let deployment = """
        [server]
        hostname = "is.example.com"
        base_path = "https://$ref{server.hostname}:${carbon.management.port}"

        [super_admin]
        username = "admin"
        password = "$secret{admin_password}"

        [database.identity_db]
        type = "h2"

        [keystore.primary]
        file_name = "wso2carbon.jks"
        password = "wso2carbon"

        [[event_listener]]
        id = "private_key_jwt_authenticator"
        type = "org.wso2.carbon.identity.core.handler.AbstractIdentityHandler"
        name = "org.wso2.carbon.identity.oauth2.token.handler.clientauth.jwt.PrivateKeyJWTClientAuthenticator"
        order = "899"
        enable = true

        [event_listener.properties]
        PreventTokenReuse = "true"
        RejectBeforeInMinutes = "100"
        TokenEndpointAlias = "https://$ref{server.hostname}:9443/oauth2/token"

        [[cache.manager]]
        name = "PrivateKeyJWT"
        timeout = "10"
        capacity = "5000"

        [oauth.token_validation]
        app_access_token_validity = "1800"
        """

    struct Folder {
        let path = TemporaryDirectory().path

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try ImportWSO2ProcessTests.deployment.write(
                toFile: self / "deployment.toml", atomically: true, encoding: .utf8)
        }

        static func / (folder: Folder, name: String) -> String { folder.path + "/" + name }

        func run(_ more: [String], input: String? = nil) throws -> (status: Int32, output: String, errors: String) {
            try ServerProcess.run(
                [
                    "import-wso2", "--deployment", self / "deployment.toml", "--config", self / "countersign.toml",
                    "--data", self / "data",
                ] + more, input: input)
        }

        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: self / "countersign.toml")[.posixPermissions] as? Int
        }

        func configuration() throws -> String { try String(contentsOfFile: self / "countersign.toml", encoding: .utf8) }
    }

    @Test("--dry-run changes nothing; the first run imports everything; the second run has nothing to do")
    func repeated() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        var more: [String] = []
        if let java = JavaKeys(in: folder.path) {
            try java.makeKey("billing", in: "wso2carbon.jks")
            more = ["--keystore", folder / "wso2carbon.jks", "--password-stdin"]
        }
        let input = more.isEmpty ? nil : JavaKeys.password

        let dry = try folder.run(more + ["--dry-run"], input: input)
        #expect(dry.status == 0, "\(dry.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder / "countersign.toml"))
        #expect(!FileManager.default.fileExists(atPath: folder / "data"))

        let first = try folder.run(more, input: input)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains(/\[super_admin\] +skipped/))
        #expect(first.output.contains(/event_listener.properties.RejectBeforeInMinutes +added/))
        #expect(first.output.contains(/--data +added +server.data = ".*data"/))
        #expect(try folder.mode() == 0o600)
        let written = try folder.configuration()
        let check = try ServerProcess.run(["serve", "--config", folder / "countersign.toml", "--check"])
        #expect(check.status == 0, "\(check.errors)")

        let second = try folder.run(more, input: input)
        #expect(second.status == 0, "\(second.errors)")
        #expect(!second.output.contains(" added "))
        #expect(try folder.configuration() == written)
        if !more.isEmpty {
            let listed = try ServerProcess.run(["keystore", "list", "--data", folder / "data"])
            #expect(listed.output.contains("billing"))
        }
    }

    @Test("A different value in the configuration is not overwritten")
    func conflict() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let before = "# Ours.\n[access_tokens]\nlifetime_seconds = 60\n"
        try before.write(toFile: folder / "countersign.toml", atomically: true, encoding: .utf8)
        let result = try folder.run(["--json"])
        #expect(result.status == 1)
        #expect(try folder.configuration() == before)
        let report = try JSONObject(parsing: Array(result.output.dropLast().utf8))
        #expect(report["changed"] == .boolean(false))
        #expect(result.output.contains("countersign.toml:3 says 60"))
    }

    @Test(
        "An existing configuration keeps its mode; one that others may read causes a warning",
        arguments: [0o600, 0o640, 0o644])
    func mode(_ mode: Int) throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try "# Ours.\n".write(toFile: folder / "countersign.toml", atomically: true, encoding: .utf8)
        chmod(folder / "countersign.toml", mode_t(mode))
        let result = try folder.run([])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try folder.mode() == mode)
        #expect(result.errors.contains("chmod 600 ") == (mode != 0o600), "\(result.errors)")
    }

    @Test("A data directory that differs from the configuration's is a conflict")
    func dataDirectory() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let before = "[server]\ndata = \"\(folder / "elsewhere")\"\n"
        try before.write(toFile: folder / "countersign.toml", atomically: true, encoding: .utf8)
        let result = try folder.run([])
        #expect(result.status == 1)
        #expect(result.output.contains(/--data +conflict .*countersign.toml:2 says/), "\(result.output)")
        #expect(try folder.configuration() == before)
        // Another spelling of the same directory is not a conflict.
        try "[server]\ndata = \"\(folder.path)/./data\"\n".write(
            toFile: folder / "countersign.toml", atomically: true, encoding: .utf8)
        #expect(try folder.run([]).status == 0)
    }

    @Test("Only environment variables named by --allow-env are read, and never Countersign's own")
    func environment() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        func run(_ alias: String, _ more: [String]) throws -> (status: Int32, output: String, errors: String) {
            try """
            [[event_listener]]
            id="private_key_jwt_authenticator"
            [event_listener.properties]
            TokenEndpointAlias="\(alias)"
            """.write(toFile: folder / "deployment.toml", atomically: true, encoding: .utf8)
            let secrets = ["AWS_SECRET_ACCESS_KEY=hunter2", "PASSWORD=hunter4", "COUNTERSIGN_MASTER_KEY=hunter3"]
            let result = try ServerProcess.run(
                "/usr/bin/env",
                secrets + [
                    ServerProcess.binary.path, "import-wso2", "--deployment", folder / "deployment.toml", "--config",
                    folder / "countersign.toml",
                ] + more)
            #expect(!(result.output + result.errors).contains("hunter3"))
            return result
        }
        let alias = "https://x/$env{AWS_SECRET_ACCESS_KEY}/$env{PASSWORD}"
        for more in [[], ["--dry-run"], ["--allow-env", "PASSWORD"]] {
            let refused = try run(alias, more)
            #expect((refused.status, refused.output) == (2, ""))
            #expect(!refused.errors.contains("hunter"))
            let names = ["AWS_SECRET_ACCESS_KEY", "PASSWORD"].filter { !more.contains($0) }
            #expect(refused.errors.split(separator: "\n").count == names.count)
            for name in names {
                #expect(refused.errors.contains("deployment.toml:4: "))
                #expect(refused.errors.contains("--allow-env \(name)"), "\(refused.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder / "countersign.toml"))
        }
        let reserved = try run("$env{COUNTERSIGN_MASTER_KEY}", [])
        #expect((reserved.status, reserved.output) == (2, ""))
        #expect(reserved.errors.contains("$env{COUNTERSIGN_MASTER_KEY} is never filled in"), "\(reserved.errors)")
        let allowed = try run("$env{COUNTERSIGN_MASTER_KEY}", ["--allow-env", "COUNTERSIGN_MASTER_KEY"])
        #expect((allowed.status, allowed.output) == (2, ""))

        let filled = try run(alias, ["--allow-env", "AWS_SECRET_ACCESS_KEY", "--allow-env", "PASSWORD"])
        #expect(filled.status == 0, "\(filled.errors)")
        #expect(try folder.configuration().contains("TokenEndpointAlias = \"https://x/hunter2/hunter4\""))
        #expect(try folder.mode() == 0o600)
    }

    @Test("The printed commands work unchanged", .requires("keytool", "openssl"))
    func commands() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let java = try #require(JavaKeys(in: folder.path))
        for alias in ["It's a Job", "Billing"] { try java.makeKey(alias, in: "wso2carbon.jks") }
        try java.exportPrivateKey("It's a Job", from: "wso2carbon.jks", to: "job.pem")
        // A free port; everything else is as the import writes it.
        try "[server]\nlisten = \"127.0.0.1:0\"\n".write(
            toFile: folder / "countersign.toml", atomically: true, encoding: .utf8)
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "BILLING", "--name", "B", "--data", folder / "data",
        ])
        let more = ["--keystore", folder / "wso2carbon.jks", "--password-stdin"]
        let imported = try folder.run(more, input: JavaKeys.password)
        #expect(imported.status == 0, "\(imported.errors)")
        let commands = imported.output.split(separator: "\n").filter { $0.hasPrefix("  countersign ") }.map(String.init)
        #expect(commands.count == 2, "\(imported.output)")
        let registration = try #require(commands.first)
        #expect(registration.contains("client add '--id=it'\\''s a job'"), "\(registration)")
        let added = try Self.shell(registration)
        #expect(added.status == 0, "\(added.errors)")
        let again = try folder.run(more, input: JavaKeys.password)
        #expect(!again.output.contains("client add"), "Every alias has its client.")

        let server = try PrintedServer(command: try #require(commands.last))
        let token = try ServerProcess.run([
            "token", "--issuer", server.url, "--client-id", "it's a job", "--key", folder / "job.pem",
        ])
        #expect(token.status == 0, "\(token.errors)")
        #expect(server.terminate() == 0)
    }

    /// A PATH on which `countersign` is this build.
    static let path = ServerProcess.binary.deletingLastPathComponent().path + ":/usr/bin:/bin"

    private static func shell(_ command: String) throws -> (status: Int32, output: String, errors: String) {
        try ServerProcess.run("/usr/bin/env", ["PATH=\(path)", "bash", "-c", command])
    }

    /// A server started by a printed command.
    private final class PrintedServer {
        private let process = Process()
        private(set) var url = ""

        init(command: String) throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["PATH=\(ImportWSO2ProcessTests.path)", "bash", "-c", "exec" + command]
            let output = try Program.start(process) { $0.pipeOutput() }
            var printed = ""
            while url.isEmpty {
                let data = output.fileHandleForReading.availableData
                guard !data.isEmpty else { throw TestFailure("the server ended before it listened: \(printed)") }
                printed += String(decoding: data, as: UTF8.self)
                if let match = printed.firstMatch(of: /listens on (http:\/\/127\.0\.0\.1:\d+)\n/) {
                    url = String(match.output.1)
                }
            }
        }

        func terminate() -> Int32 {
            process.terminate()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    @Test("A mistake in deployment.toml is reported with its line")
    func mistake() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try "[server]\nhostname = \n".write(toFile: folder / "deployment.toml", atomically: true, encoding: .utf8)
        let result = try folder.run([])
        #expect(result.status == 2)
        #expect(result.errors.contains("deployment.toml:2: not valid TOML"))
    }
}
