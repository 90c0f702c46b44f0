import Foundation
import TestSupport
import Testing

@Suite("The configuration file, as serve --check reads it", .ownThreads)
struct ConfigurationTests {
    /// A configuration file and the error that follows its name; `nil` if the file is valid.
    struct File: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var complaint: String?

        /// Makes a file of WSO2's block followed by `rest`.
        static func listener(_ description: String, _ rest: String, _ complaint: String? = nil) -> File {
            let block = "[[event_listener]]\nid = \"private_key_jwt_authenticator\"\n"
            return File(testDescription: description, text: block + rest, complaint: complaint)
        }

        static func property(_ line: String, _ complaint: String? = nil) -> File {
            listener(
                line, "[event_listener.properties]\n" + line,
                complaint.map { ":4: event_listener.properties.\($0)" })
        }

        static let all: [File] = [
            .init(testDescription: "nothing at all", text: ""),
            .listener(
                "WSO2's block, quoted",
                """
                type = "org.wso2.carbon.identity.core.handler.AbstractIdentityHandler"
                name = "org.wso2.carbon.identity.oauth2.token.handler.clientauth.jwt.PrivateKeyJWTClientAuthenticator"
                order = "899"
                enable = "true"
                [event_listener.properties]
                PreventTokenReuse = "true"
                RejectBeforeInMinutes = "300"
                TokenEndpointAlias = "https://old.example/oauth2/token"
                [[cache.manager]]
                name = "PrivateKeyJWT"
                timeout = "10"
                capacity = "5000"
                """),
            .listener(
                "WSO2's block, unquoted",
                """
                order = 899
                enable = true
                [event_listener.properties]
                PreventTokenReuse = true
                RejectBeforeInMinutes = 300
                [[cache.manager]]
                name = "PrivateKeyJWT"
                timeout = 10
                capacity = 5000
                """),
            .property("PreventTokenReuse = \"yes\"", "PreventTokenReuse: 'yes' is not allowed. Allowed: true, false"),
            .property(
                "RejectBeforeInMinutes = -1",
                "RejectBeforeInMinutes: -1 is not allowed. Allowed: 0 to 525600 minutes"),
            .property(
                "RejectBeforeInMinutes = \"ten\"",
                "RejectBeforeInMinutes: 'ten' is not allowed. Allowed: 0 to 525600 minutes"),
            .property(
                "preventTokenReuse = true",
                "preventTokenReuse: unknown key. Did you mean 'PreventTokenReuse'?"),
            .init(
                testDescription: "another listener", text: "[[event_listener]]\nid = \"x509_authenticator\"",
                complaint: ":2: event_listener.id: 'x509_authenticator' is not allowed. "
                    + "Allowed: private_key_jwt_authenticator"),
            .init(
                testDescription: "another cache", text: "[[cache.manager]]\nname = \"Other\"",
                complaint: ":2: cache.manager.name: 'Other' is not allowed. Allowed: PrivateKeyJWT"),
            .init(
                testDescription: "an unknown key", text: "\n[server]\n# comment\nlistn = \"x\"",
                complaint: ":4: server.listn: unknown key. Did you mean 'listen'?"),
            .init(
                testDescription: "a key that resembles no other", text: "[server]\nfrobnicate = 1",
                complaint: ":2: server.frobnicate: unknown key. Allowed: listen, issuer, data, "),
            .init(
                testDescription: "an unknown table", text: "[servr]",
                complaint: ":1: servr: unknown table. Did you mean 'server'?"),
            .init(
                testDescription: "a number out of range", text: "[assertions]\nclock_skew_seconds = 5",
                complaint: ":2: assertions.clock_skew_seconds: 5 is not allowed. Allowed: 10 to 60 seconds"),
            .init(
                testDescription: "legacy for all clients", text: "[assertions]\naudience_profile = \"legacy\"",
                complaint: ":2: assertions.audience_profile: 'legacy' is not allowed. Allowed: compatible, strict, fapi"
            ),
            .init(
                testDescription: "plain HTTP on all interfaces", text: "[server]\nlisten = \"0.0.0.0:9443\"",
                complaint: ":2: server.listen: plain HTTP on 0.0.0.0:9443. Allowed: a loopback address; or TLS"),
            .init(
                testDescription: "a key without a certificate", text: "[server]\ntls_key = \"tls.key\"",
                complaint: ":2: server.tls_key: is set without server.tls_certificate. Allowed: both or neither"),
            .init(
                testDescription: "a link to a script", text: "[pages]\nhelp_url = \"javascript:1\"",
                complaint: ":2: pages.help_url: 'javascript:1' is not allowed. Allowed: a URL that begins with https://"
            ),
            .init(testDescription: "not TOML", text: "[server\n", complaint: ":1: not valid TOML: expected ']'"),
            .init(
                testDescription: "a key twice", text: "[server]\nlisten = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"",
                complaint: ":3: not valid TOML: 'listen' is set twice."),
            .init(
                testDescription: "a table twice", text: "[server]\n[replay]\n[server]",
                complaint: ":3: not valid TOML: 'server' is set twice."),
        ]
    }

    @Test("is accepted, or refused in one line with file, line, key and the allowed values", arguments: File.all)
    func file(_ file: File) throws {
        let path = TemporaryDirectory().path + ".toml"
        try file.text.write(toFile: path, atomically: true, encoding: .utf8)
        let result = try ServerProcess.run(["serve", "--config", path, "--check"])
        guard let complaint = file.complaint else {
            #expect((result.status, result.errors) == (0, ""))
            return
        }
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: " + path + complaint), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test("All mistakes are reported at once, each with its source")
    func several() throws {
        let path = TemporaryDirectory().path + ".toml"
        let text = """
            [server]
            listn = "127.0.0.1:1"
            behind_proxy = "maybe"
            tls_key = "tls.key"

            [assertions]
            clock_skew_seconds = "2h"
            audience_profile = "lenient"
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try ServerProcess.run(
            "/usr/bin/env",
            [
                "COUNTERSIGN_SERVER_LISTN=x", "COUNTERSIGN_SERVER_HTTP2=perhaps", ServerProcess.binary.path, "serve",
                "--check", "--issuer", "nowhere", "--config", path,
            ])
        #expect(result.status == 2)
        #expect(
            result.errors == """
                error: COUNTERSIGN_SERVER_LISTN: unknown variable. Did you mean 'COUNTERSIGN_SERVER_LISTEN'?
                error: --issuer: 'nowhere' is not allowed. Allowed: an http or https URL without a query, a fragment, or a slash at its end.
                error: COUNTERSIGN_SERVER_HTTP2: 'perhaps' is not allowed. Allowed: true, false.
                error: \(path):2: server.listn: unknown key. Did you mean 'listen'?
                error: \(path):3: server.behind_proxy: 'maybe' is not allowed. Allowed: true, false.
                error: \(path):4: server.tls_key: is set without server.tls_certificate. Allowed: both or neither.
                error: \(path):7: assertions.clock_skew_seconds: '2h' is not allowed. Allowed: 10 to 60 seconds.
                error: \(path):8: assertions.audience_profile: 'lenient' is not allowed. Allowed: compatible, strict, fapi.

                """)
    }

    @Test("A duration may be written with a unit")
    func durations() throws {
        let path = TemporaryDirectory().path + ".toml"
        let text = """
            [assertions]
            clock_skew_seconds = "1m"
            maximum_lifetime_minutes = "2h"
            [remote_keys]
            grace_hours = "7d"
            [access_tokens]
            lifetime_seconds = "15m"
            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try ServerProcess.run(["serve", "--config", path, "--check"])
        #expect((result.status, result.errors) == (0, ""))
    }

    @Test("A mistake in a theme is reported with its file and line")
    func theme() throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder + "/templates", withIntermediateDirectories: true)
        let template = folder + "/templates/signin.mustache"
        try "<main>\n{{{brand}}}</main>\n".write(toFile: template, atomically: true, encoding: .utf8)
        let file = folder + "/countersign.toml"
        try "[pages]\ntheme = \"\(folder)\"\n".write(toFile: file, atomically: true, encoding: .utf8)
        let result = try ServerProcess.run(["serve", "--config", file, "--check"])
        #expect(result.status == 1)
        #expect(
            result.errors
                == "error: '\(template)', line 2, has the tag {{{, which would not be escaped. Write {{name}}.\n")
    }

    @Test("Flags override the environment, which overrides the file")
    func layers() throws {
        let path = TemporaryDirectory().path + ".toml"
        try "[server]\nissuer = \"https://file.example\"".write(toFile: path, atomically: true, encoding: .utf8)
        let serve = ["serve", "--config", path, "--check"]
        let environment = ["COUNTERSIGN_SERVER_ISSUER=https://environment.example", ServerProcess.binary.path] + serve
        #expect(try ServerProcess.run(serve).output.contains("https://file.example"))
        #expect(try ServerProcess.run("/usr/bin/env", environment).output.contains("https://environment.example"))
        let flag = try ServerProcess.run("/usr/bin/env", environment + ["--issuer", "https://flag.example"])
        #expect(flag.output.contains("https://flag.example"))
    }
}
