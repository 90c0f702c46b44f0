import Testing

@testable import Administration
@testable import CLI

@Suite("Imported settings in a configuration file")
struct TargetConfigurationTests {
    /// The settings that the examples import.
    static func settings() throws -> [ImportedSetting] {
        let values: [(any SettingEntry, TOMLValue)] = [
            (Settings.known.tokenLifetime, .string("2000")),
            (Settings.known.listenerID, .string("private_key_jwt_authenticator")),
            (Settings.known.maximumAge, .string("100")), (Settings.known.tokenEndpointAlias, .string("say \"hi\"\\")),
        ]
        return try values.map { entry, value in
            try #require(ImportedSetting(entry, SourcedValue(value: value, origin: .flag("test"))))
        }
    }

    @Test("A written value has no invisible characters and is read back unchanged")
    func invisible() throws {
        let text = "a\u{202E}b\u{9B}31m\u{1B}\u{E0001}\u{7F}é\"\\"
        let setting = try #require(
            ImportedSetting(
                Settings.known.tokenEndpointAlias, SourcedValue(value: .string(text), origin: .flag("test"))))
        #expect(setting.tomlText == #""a\u202eb\u009b31m\u001b\U000e0001\u007fé\"\\""#)
        let id = "[[event_listener]]\nid = \"private_key_jwt_authenticator\"\n"
        let file = id + TargetConfiguration.tables([setting])
        let layer = try ConfigurationFile(Array(file.utf8), name: "t.toml").layer()
        #expect(layer[Settings.known.tokenEndpointAlias.key]?.value == .string(text))
    }

    @Test(
        "An audience that is not a URL or URN, or has a query, is imported with a warning",
        arguments: [
            ("sampleurl", true), ("https://a.example/token", false), ("urn:example:token", false), ("urn:x", true),
            ("https://a.example/token?x=1", true), ("HTTP://a.example", false), ("ftp://a.example", true),
        ])
    func audience(_ text: String, _ isWarned: Bool) throws {
        let setting = try #require(
            ImportedSetting(
                Settings.known.tokenEndpointAlias, SourcedValue(value: .string(text), origin: .flag("test"))))
        let row = Migration.Row(line: 1, found: "x", outcome: .setting(setting, note: nil))
        #expect(Migration(rows: [row]).warnings.isEmpty != isWarned)
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String?
        /// `nil` if the settings cannot be added.
        let after: String?
    }

    static let block = """
        [[event_listener]]
        id = "private_key_jwt_authenticator"

        [event_listener.properties]
        RejectBeforeInMinutes = 100
        TokenEndpointAlias = "say \\"hi\\"\\\\"

        """

    static let examples: [Example] = [
        Example(
            testDescription: "a new file", before: nil,
            after: """
                # Imported from WSO2 Identity Server by countersign import-wso2.

                [access_tokens]
                lifetime_seconds = 2000


                """ + block),
        Example(
            testDescription: "a file with other settings and comments",
            before: "# Ours.\n[server]  # here\nlisten = \"127.0.0.1:9443\"\n\n\n",
            after:
                "# Ours.\n[server]  # here\nlisten = \"127.0.0.1:9443\"\n\n[access_tokens]\nlifetime_seconds = 2000\n\n"
                + block),
        Example(
            testDescription: "tables that exist already",
            before: """
                [access_tokens]
                signing_algorithm = "ES256"
                [[event_listener]]
                id = "private_key_jwt_authenticator"
                [event_listener.properties] # strict
                PreventTokenReuse = true
                """,
            after: """
                [access_tokens]
                lifetime_seconds = 2000
                signing_algorithm = "ES256"
                [[event_listener]]
                id = "private_key_jwt_authenticator"
                [event_listener.properties] # strict
                RejectBeforeInMinutes = 100
                TokenEndpointAlias = "say \\"hi\\"\\\\"
                PreventTokenReuse = true

                """),
        Example(
            testDescription: "CRLF line breaks", before: "[access_tokens]\r\n",
            after: ("[access_tokens]\nlifetime_seconds = 2000\n\n" + block).replacing("\n", with: "\r\n")),
        Example(
            testDescription: "an inline table, which cannot be extended", before: "access_tokens = {}\n",
            after: nil),
    ]

    @Test("are added to the existing ones", arguments: examples)
    func text(_ example: Example) throws {
        let target = try TargetConfiguration(path: "c.toml", example.before.map { Array($0.utf8) })
        if let after = example.after {
            #expect(try target.text(adding: try Self.settings()) == after)
            // A second import changes nothing.
            let again = try TargetConfiguration(path: "c.toml", Array(after.utf8))
            #expect(try Self.settings().map(again.effect) == [.unchanged, .unchanged, .unchanged, .unchanged])
        } else {
            #expect(throws: CommandFailure.self) { try target.text(adding: try Self.settings()) }
        }
    }

    @Test("conflict with other values")
    func conflict() throws {
        let target = try TargetConfiguration(
            path: "c.toml",
            Array(
                "[access_tokens]\nlifetime_seconds = 60\n[[event_listener]]\nid = \"private_key_jwt_authenticator\"\n"
                    .utf8))
        #expect(
            try Self.settings().map(target.effect) == [.conflict(says: "60", line: 2), .unchanged, .added, .added])
    }

    @Test("are not written into a file with mistakes")
    func wrong() {
        #expect(throws: ConfigurationError.self) {
            try TargetConfiguration(path: "c.toml", Array("[server]\nlistn = 1\n".utf8))
        }
    }
}
