import Testing

@testable import CLI

@Suite("Mapping of the original authenticator's settings")
struct WSO2MappingTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        var settings: [String: String] = [:]
        var suggestions: [String] = []
        var skipped: [String] = []
    }

    static let examples: [Example] = [
        Example(testDescription: "an empty file", text: ""),
        Example(
            testDescription: "the guide's block, including its quotes",
            text: """
                [[event_listener]]
                id = "private_key_jwt_authenticator"
                type = "a.b.C"
                name = "a.b.D"
                order = "899"
                enable = "true"
                [event_listener.properties]
                PreventTokenReuse = false
                RejectBeforeInMinutes = "100"
                TokenEndpointAlias = "sampleurl"

                [[cache.manager]]
                name = "PrivateKeyJWT"
                timeout = "10"
                capacity = 5000
                """,
            settings: [
                "event_listener.id": "private_key_jwt_authenticator", "event_listener.enable": "true",
                "event_listener.properties.PreventTokenReuse": "false",
                "event_listener.properties.RejectBeforeInMinutes": "100",
                "event_listener.properties.TokenEndpointAlias": "sampleurl", "cache.manager.name": "PrivateKeyJWT",
                "cache.manager.timeout": "10", "cache.manager.capacity": "5000",
            ],
            skipped: [
                "event_listener.type: has no effect here: there is no listener chain",
                "event_listener.name: has no effect here: there is no listener chain",
                "event_listener.order: has no effect here: there is no listener chain",
            ]),
        Example(
            testDescription: "other listeners and caches",
            text: """
                [[event_listener]]
                id = "token_revocation"
                properties.a.b = 1
                [[event_listener]]
                order = 1
                [[cache.manager]]
                name = "Other"
                """,
            skipped: [
                "[[event_listener]] token_revocation: a listener of WSO2's own",
                "[[event_listener]]: a listener of WSO2's own", "[[cache.manager]] Other: a cache of WSO2's own",
            ]),
        Example(
            testDescription: "invalid and unknown values, and unknown placeholders",
            text: """
                [[event_listener]]
                id = "private_key_jwt_authenticator"
                properties.PreventTokenReuse = "$env{UNSET}"
                properties.RejectBeforeInMinutes = "-5"
                properties.TokenEndpointAlias = ""
                properties.Surprise = 1
                """,
            settings: ["event_listener.id": "private_key_jwt_authenticator"],
            skipped: [
                "event_listener.properties.PreventTokenReuse: the variable UNSET of $env{UNSET} is not set here: "
                    + "set event_listener.properties.PreventTokenReuse yourself",
                "event_listener.properties.RejectBeforeInMinutes: '-5' is not allowed; allowed: 0 to 525600 minutes",
                "event_listener.properties.TokenEndpointAlias: '' is not allowed; allowed: a non-empty string",
                "event_listener.properties.Surprise: not a known setting of the authenticator",
            ]),
        Example(
            testDescription: "lifetimes of access and refresh tokens, in either notation",
            text: """
                [oauth]
                token_validation.app_access_token_validity = "2000"
                token_validation.refresh_token_validity = 86400
                token_validation.authorization_code_validity = 300
                """,
            settings: ["access_tokens.lifetime_seconds": "2000", "sign_in.refresh_token_lifetime_hours": "24"],
            skipped: [
                "[oauth.token_validation], the other key: "
                    + "not a setting shared with WSO2; see docs/configuration.md"
            ]),
        Example(
            testDescription: "the host name",
            text: """
                [server]
                hostname = "is.example.com"
                """,
            suggestions: [
                "[server] issuer = \"https://is.example.com:9443\", if clients should find Countersign at WSO2's address"
            ]),
        Example(
            testDescription: "the host name behind a proxy",
            text: """
                [server]
                hostname = "is.example.com"
                [transport.https.properties]
                proxyPort = "443"
                """,
            suggestions: [
                "[server] issuer = \"https://is.example.com\", if clients should find Countersign at WSO2's address"
            ],
            skipped: [
                "[transport.https.properties]: the address and TLS are set with [server] listen, tls_certificate and tls_key"
            ]),
        Example(
            testDescription: "tables without a counterpart, also nested ones; their values are not shown",
            text: """
                stray = 1
                [super_admin]
                password = "secret"
                [user_store.properties]
                x = 1
                [totally.unknown]
                y = 1
                """,
            skipped: [
                "[super_admin]: there are no administrator accounts: write access to the data directory is enough",
                "[user_store.properties]: people are not read from here; add them with 'countersign user add'",
                "[totally.unknown]: it has no equivalent here",
                "(before the first table): it has no equivalent here",
            ]),
    ]

    @Test("Every line of the file has a result", arguments: examples)
    func migration(_ example: Example) throws {
        let migration = try Migration(
            Array(example.text.utf8), name: "deployment.toml", allowed: ["UNSET"], variables: [:])
        #expect(
            Dictionary(migration.settings.map { ($0.entry.key, $0.text) }, uniquingKeysWith: { $1 })
                == example.settings)
        var suggestions: [String] = []
        var skipped: [String] = []
        for row in migration.rows {
            switch row.outcome {
            case .setting: break
            case .suggestion(let text): suggestions.append(text)
            case .skipped(let reason, _): skipped.append("\(row.found): \(reason)")
            }
        }
        #expect(suggestions == example.suggestions)
        #expect(skipped == example.skipped)
    }

    @Test("Each variable that must not be read is an error with file, line and the option that allows it")
    func refusals() throws {
        let text = """
            [server]
            hostname = "$env{HOST}"
            [[event_listener]]
            id = "private_key_jwt_authenticator"
            properties.TokenEndpointAlias = "https://x/?$env{AWS_SECRET}&$env{COUNTERSIGN_MASTER_KEY}"
            [database.identity_db]
            password = "$env{DATABASE_PASSWORD}"
            """
        let migration = try Migration(
            Array(text.utf8), name: "deployment.toml", allowed: ["COUNTERSIGN_MASTER_KEY"],
            variables: ["AWS_SECRET": "hunter2", "COUNTERSIGN_MASTER_KEY": "hunter3", "HOST": "hunter4"])
        let key = "event_listener.properties.TokenEndpointAlias"
        #expect(migration.refusals.map(\.key) == [key, key])
        #expect(migration.refusals.map(\.origin) == Array(repeating: .file("deployment.toml", line: 5), count: 2))
        #expect(migration.refusals.map(\.allowed) == ["--allow-env AWS_SECRET", nil])
        #expect(migration.refusals.allSatisfy { $0.problem.contains("$env{") && !$0.problem.contains("hunter") })
        #expect(!"\(migration.rows)".contains("hunter"))
    }

    @Test(
        "A mistake in the file is reported with its line",
        arguments: [
            ("[a]\nx =\n", "deployment.toml:2: not valid TOML"),
            (
                "[[event_listener]]\nid = \"private_key_jwt_authenticator\"\n\n"
                    + "[[event_listener]]\nid = \"private_key_jwt_authenticator\"\n",
                "deployment.toml:4: event_listener: private_key_jwt_authenticator occurs a second time, after line 1"
            ),
            ("\0", "deployment.toml: the file has a NUL byte"),
        ])
    func mistakes(_ text: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Migration(Array(text.utf8), name: "deployment.toml", allowed: [], variables: [:])
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}
