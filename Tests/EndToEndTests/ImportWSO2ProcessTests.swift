import CountersignJOSE
import Foundation
import Testing

@Suite("Moving over from WSO2, as a process", .serialized)
struct ImportWSO2ProcessTests {
    /// What a `deployment.toml` looks like in the field: the authenticator among much else.
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
        let path = NSTemporaryDirectory() + "countersign-wso2-\(UUID().uuidString)"

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

        func configuration() throws -> String { try String(contentsOfFile: self / "countersign.toml", encoding: .utf8) }
    }

    @Test("--dry-run changes nothing; the first time everything comes; the second time nothing is left to do")
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
        #expect(first.output.contains(/\[super_admin\] +left aside/))
        #expect(first.output.contains(/event_listener.properties.RejectBeforeInMinutes +added/))
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

    @Test("Where the configuration says something else nothing is overwritten")
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

    @Test("A mistake in deployment.toml is told with its line")
    func mistake() throws {
        let folder = try Folder()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try "[server]\nhostname = \n".write(toFile: folder / "deployment.toml", atomically: true, encoding: .utf8)
        let result = try folder.run([])
        #expect(result.status == 2)
        #expect(result.errors.contains("deployment.toml:2: no TOML"))
    }
}
