import ArgumentParser
import Server
import Testing

@testable import Administration
@testable import CLI

@Suite("Options of clients that sign people in")
struct SignInFlagsTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let flags: [String]
        /// The members of the registration that the flags set.
        let json: JSONObject
        var testDescription: String { flags.joined(separator: " ") }

        init(_ flags: String..., json: JSONObject) {
            (self.flags, self.json) = (flags, json)
        }
    }

    private static func applied(_ flags: [String], to client: ClientRecord = Samples.client()) throws -> ClientRecord {
        var client = client
        try RegistrationOptions.parse(flags).apply(to: &client)
        return client
    }

    @Test(
        "Each option sets the member of the registration that has its name",
        arguments: [
            Example(
                "--redirect-uri", "https://a.example/cb", "--redirect-uri", "https://a.example/cb", "--redirect-uri",
                "regexp=(https://b.example/x)",
                json: ["redirect_uris": ["https://a.example/cb", "regexp=(https://b.example/x)"]]),
            .init(
                "--post-logout-redirect-uri", "https://a.example/",
                json: ["post_logout_redirect_uris": ["https://a.example/"]]),
            .init("--require-pkce", json: ["require_pkce": .boolean(true)]),
            .init("--no-require-pkce", json: ["require_pkce": .boolean(false)]),
            .init("--default-pkce", json: [:]), .init("--trusted", json: ["skip_consent": .boolean(true)]),
            .init("--id-token-signing-alg", "es256", json: ["id_token_signed_response_alg": "ES256"]),
            .init("--id-token-signing-alg", "default", json: [:]),
            .init("--userinfo-signing-alg", "RS256", json: ["userinfo_signed_response_alg": "RS256"]),
            .init("--introspection-signing-alg", "EdDSA", json: ["introspection_signed_response_alg": "EdDSA"]),
            .init("--id-token-lifetime", "10m", json: ["id_token_lifetime": .number(600)]),
            .init("--user-access-token-lifetime", "300", json: ["user_access_token_lifetime": .number(300)]),
            .init("--refresh-token-lifetime", "400d", json: ["refresh_token_lifetime": .number(34_560_000)]),
            .init("--rotate-refresh-tokens", json: ["rotate_refresh_tokens": .boolean(true)]),
            .init("--no-rotate-refresh-tokens", json: ["rotate_refresh_tokens": .boolean(false)]),
            .init("--default-rotation", json: [:]),
            .init("--subject-type", "pairwise", json: ["subject_type": "pairwise"]),
            .init(
                "--sector-identifier-uri", "https://a.example/sector",
                json: ["sector_identifier_uri": "https://a.example/sector"]),
            .init(
                "--backchannel-logout-uri", "https://a.example/out", "--backchannel-logout-session-required",
                json: [
                    "backchannel_logout_uri": "https://a.example/out",
                    "backchannel_logout_session_required": .boolean(true),
                ]),
            .init("--audience", "https://api.example", json: ["audiences": ["https://api.example"]]),
            .init("--revoke-grants-with-key", json: ["revoke_grants_with_key": .boolean(true)]),
            .init("--introspect-all", json: ["introspect_all_tokens": .boolean(true)]),
            .init("--default-max-age", "1h", json: ["default_max_age": .number(3600)]),
            .init("--require-auth-time", json: ["require_auth_time": .boolean(true)]),
            .init("--client-uri", "https://a.example/", json: ["client_uri": "https://a.example/"]),
            .init("--logo-uri", "https://a.example/l.png", json: ["logo_uri": "https://a.example/l.png"]),
            .init("--policy-uri", "https://a.example/p", json: ["policy_uri": "https://a.example/p"]),
            .init("--tos-uri", "https://a.example/t", json: ["tos_uri": "https://a.example/t"]),
            .init("--contact", "it@a.example", json: ["contacts": ["it@a.example"]]),
        ])
    func member(_ example: Example) throws {
        let client = try Self.applied(example.flags)
        #expect(client.signIn.json == example.json)
        #expect(try !RegistrationOptions.parse(example.flags).isEmpty)
        let json = ClientMetadata(client).json
        for member in example.json.members { #expect(json[member.name.text] == member.value) }
    }

    @Test(
        "'none', 'default' and --no- bring the defaults back",
        arguments: [
            ["--redirect-uri", "none"], ["--post-logout-redirect-uri", "none"], ["--default-pkce"], ["--no-trusted"],
            ["--default-max-age", "none"], ["--no-require-auth-time"], ["--id-token-signing-alg", "default"],
            ["--userinfo-signing-alg", "none"], ["--introspection-signing-alg", "default"],
            ["--id-token-lifetime", "default"],
            ["--user-access-token-lifetime", "default"], ["--refresh-token-lifetime", "default"],
            ["--default-rotation"],
            ["--subject-type", "public"], ["--sector-identifier-uri", "none"], ["--backchannel-logout-uri", "none"],
            ["--no-backchannel-logout-session-required"], ["--audience", "none"], ["--no-revoke-grants-with-key"],
            ["--no-introspect-all"], ["--client-uri", "none"], ["--logo-uri", "none"], ["--policy-uri", "none"],
            ["--tos-uri", "none"], ["--contact", "none"],
        ])
    func removal(flags: [String]) throws {
        let full = Samples.client { client in
            client.signIn.redirectURIs = ["https://a.example/cb"]
            client.signIn.postLogoutRedirectURIs = ["https://a.example/"]
            client.signIn.requiresProofKey = true
            client.signIn.skipsConsent = true
            client.signIn.defaultMaximumAge = .seconds(60)
            client.signIn.requiresAuthenticationTime = true
            client.signIn.idTokenAlgorithm = .es256
            client.signIn.userInfoAlgorithm = .es256
            client.signIn.introspectionAlgorithm = .es256
            client.signIn.idTokenLifetime = .seconds(60)
            client.signIn.userAccessTokenLifetime = .seconds(60)
            client.signIn.refreshTokenLifetime = .seconds(60)
            client.signIn.rotatesRefreshTokens = true
            client.signIn.subjectType = .pairwise
            client.signIn.sectorIdentifier = "https://a.example/sector"
            client.signIn.backChannelLogoutURI = "https://a.example/out"
            client.signIn.requiresLogoutSession = true
            client.signIn.audiences = ["a"]
            client.signIn.revokesGrantsWithKey = true
            client.signIn.introspectsAllTokens = true
            client.signIn.website = "https://a.example/"
            client.signIn.logo = "https://a.example/"
            client.signIn.privacyPolicy = "https://a.example/"
            client.signIn.termsOfService = "https://a.example/"
            client.signIn.contacts = ["a"]
        }
        let before = full.signIn.json.members
        let after = try Self.applied(flags, to: full).signIn.json.members
        #expect(after.count == before.count - 1)
        #expect(after.allSatisfy(before.contains))
    }

    @Test("A public client has no authentication")
    func publicClient() throws {
        let client = try Self.applied(["--public"])
        #expect(client.authenticationMethod == .none)
        #expect(try Self.applied(["--no-public"], to: client).authenticationMethod == .privateKeyJWT)
    }

    @Test("A new client with a redirect URI has the grant authorization_code, unless grants are named")
    func defaultGrant() throws {
        func grants(_ flags: String...) throws -> [GrantType] {
            let options = try RegistrationOptions.parse(flags)
            var client = Samples.client()
            options.apply(to: &client)
            options.applyDefaults(to: &client)
            return client.grants
        }
        #expect(try grants("--redirect-uri", "https://a.example/cb") == [.authorizationCode])
        #expect(try grants("--public") == [.authorizationCode])
        #expect(try grants("--name", "A") == [.clientCredentials])
        #expect(
            try grants("--redirect-uri", "https://a.example/cb", "--grant", "client_credentials")
                == [.clientCredentials])
    }

    @Test(
        "RFC 9701 §6: ID tokens and introspection responses that are JWTs are always signed",
        arguments: ["--id-token-signing-alg", "--introspection-signing-alg"], ["none", "None"])
    func alwaysSigned(_ flag: String, _ word: String) {
        #expect(throws: (any Error).self) { try RegistrationOptions.parse([flag, word]) }
    }

    @Test("A client without people shows what it has about introspection, and nothing about people")
    func introspection() throws {
        let api = try Self.applied(["--introspection-signing-alg", "ES256", "--introspect-all"])
        #expect(
            api.signInRows == [
                ["Introspection as a JWT", "signed with ES256"], ["Introspection", "of the tokens of every audience"],
            ])
        #expect(try Self.applied(["--introspection-signing-alg", "ES256", "--trusted"]).signInRows.count > 2)
    }

    @Test("The text of a client names what differs from the defaults")
    func text() throws {
        let client = try Self.applied([
            "--grant", "authorization_code", "--grant", "refresh_token", "--redirect-uri", "https://a.example/cb",
            "--require-pkce", "--trusted", "--rotate-refresh-tokens", "--revoke-grants-with-key",
        ])
        let text = Columns.text(client.rows)
        for line in [
            "Redirect URI           https://a.example/cb", "demanded", "people are not asked", "replaced at each use",
            "ends the grants that it began",
        ] {
            #expect(text.contains(line), "\(line) in \(text)")
        }
        #expect(!Columns.text(Samples.client().rows).contains("PKCE"))
    }

    @Test("A message about too many values names the option", arguments: ["redirect", "post-logout-redirect"])
    func tooMany(_ kind: String) {
        let fault = SignInFault.tooManyURIs(member: kind.replacing("-", with: "_") + "_uris", maximum: 64)
        #expect(fault.message == "--\(kind)-uri: a client can have at most 64. Use one for several purposes.")
    }
}
