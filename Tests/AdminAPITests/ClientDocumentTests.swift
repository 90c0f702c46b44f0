import Store
import TestSupport
import Testing

@testable import Administration

@Suite("A client as a document (RFC 7591 §2)")
struct ClientDocumentTests {
    @Test("The names of the members about people are those of a registration with all of them")
    func memberNames() {
        var random = SeededRandom(seed: 1)
        var names: Set<String> = []
        for _ in 0..<200 {
            names.formUnion(ClientRecord.random(using: &random).signIn.json.members.map(\.name.text))
        }
        #expect(names == Set(SignInOptions.memberNames))
    }

    @Test("What is shown of any client is read back as the same client")
    func roundTrip() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<SeededRandom.rounds(2000) {
            let client = ClientRecord.random(using: &random)
            let shown = try JSONObject(parsing: client.json(nil).rendered())
            #expect(try client.changed(by: .replacement(shown)) == client)
            #expect(try client.changed(by: .patch([:])) == client)
            // Also as another client's new registration.
            let other = ClientRecord(
                id: client.id, name: client.name, description: client.description, createdAt: client.createdAt,
                updatedAt: client.updatedAt)
            var copy = try other.changed(by: .replacement(shown))
            copy.secrets = client.secrets
            #expect(copy == client)
        }
    }

    @Test("A null in a merge patch sets the default (RFC 7396)")
    func defaults() throws {
        var client = ClientRecord(id: "c", name: "Name", createdAt: TestClock.start)
        client.accessTokenLifetime = .seconds(60)
        client.signIn.contacts = ["a@example.com"]
        client.options.requiresExplicitTyping = true
        let patch = try JSONObject(
            parsing: Array(
                #"{"client_name":null,"access_token_lifetime":null,"contacts":null,"require_explicit_typing":null}"#
                    .utf8))
        let changed = try client.changed(by: .patch(patch))
        #expect(changed.name == "c" && changed.accessTokenLifetime == nil && changed.signIn.contacts.isEmpty)
        #expect(!changed.options.requiresExplicitTyping)
    }

    @Test("A failure with its facts is made again from them")
    func failures() throws {
        let failures: [ClientFailure] = [
            .noClient("a"), .noKey("k", "c", .own), .noKey("k", "c", .keySet(url: "https://x.example")),
            .noKey("k", "c", .keyStore(alias: "al")), .noKey("k", "c", .none),
            .ambiguousKey("k", thumbprints: ["1", "2"]),
            .usesNoSecret("c", .privateKeyJWT), .noSecret("s", "c"),
            .noSigningKey(SignedResponse.Choice(.idToken, .es512), [.es256, .rs256]), .reservedScope("admin.read", "c"),
            .revokedKey("k", "c"),
        ]
        for failure in failures {
            let facts = try JSONObject(parsing: failure.facts.rendered())
            #expect(ClientFailure(code: failure.kind.code, facts: facts) == failure)
            #expect(!failure.detail.isEmpty)
        }
        #expect(ClientFailure(code: "no_client", facts: [:]) == nil)
    }
}

extension ClientRecord {
    /// Makes a client with any of its members, as an engine could store it.
    fileprivate static func random(using random: inout SeededRandom) -> ClientRecord {
        func chance(_ random: inout SeededRandom) -> Bool { Bool.random(using: &random) }
        func text(_ random: inout SeededRandom) -> String {
            let texts = ["a", "é", "e\u{301}", "\"\\/", "\u{1B}[31m", "</script>", "日本", " x ", "~0/1", "\u{202E}"]
            return (0..<Int.random(in: 1...4, using: &random)).map { _ in texts.randomElement(using: &random) ?? "" }
                .joined()
        }
        func maybe<Value>(_ random: inout SeededRandom, _ make: (inout SeededRandom) -> Value) -> Value? {
            chance(&random) ? make(&random) : nil
        }
        func duration(_ random: inout SeededRandom) -> Duration {
            .milliseconds(Int64.random(in: 1...31_536_000_000, using: &random))
        }
        func texts(_ random: inout SeededRandom) -> [String] {
            (0..<Int.random(in: 0...3, using: &random)).map { _ in text(&random) }
        }
        func algorithm(_ random: inout SeededRandom) -> SignatureAlgorithm {
            SignatureAlgorithm.allCases.randomElement(using: &random) ?? .es256
        }
        func url(_ random: inout SeededRandom) -> String {
            "https://x.example/\(UInt16.random(in: 0...9, using: &random))"
        }
        var client = ClientRecord(
            id: ClientID(text(&random)), name: text(&random), description: chance(&random) ? text(&random) : "",
            isEnabled: chance(&random), grants: GrantType.allCases.filter { _ in chance(&random) },
            scopes: ["read", "admin.read", "a!~"].filter { _ in chance(&random) },
            authenticationMethod: AuthenticationMethod.allCases.randomElement(using: &random) ?? .none,
            createdAt: TestClock.start)
        client.options.signingAlgorithm = maybe(&random, algorithm)
        client.options.audienceProfile = maybe(&random) {
            AudienceProfile.allCases.randomElement(using: &$0) ?? .strict
        }
        client.options.allowsReuse = maybe(&random, chance)
        client.options.requiresExplicitTyping = chance(&random)
        client.options.certificateValidity = maybe(&random) {
            AssertionPolicy.CertificateValidity.allCases.randomElement(using: &$0) ?? .enforce
        }
        client.keySetURL = maybe(&random, url)
        client.accessTokenFormat = chance(&random) ? .jwt : .opaque
        client.accessTokenLifetime = maybe(&random, duration)
        client.secrets = chance(&random) ? [ClientSecretRecord.generate(at: TestClock.start).record] : []
        client.signIn.redirectURIs = texts(&random)
        client.signIn.postLogoutRedirectURIs = texts(&random)
        client.signIn.requiresProofKey = maybe(&random, chance)
        client.signIn.skipsConsent = chance(&random)
        client.signIn.defaultMaximumAge = maybe(&random, duration)
        client.signIn.requiresAuthenticationTime = chance(&random)
        client.signIn.idTokenAlgorithm = maybe(&random, algorithm)
        client.signIn.userInfoAlgorithm = maybe(&random, algorithm)
        client.signIn.introspectionAlgorithm = maybe(&random, algorithm)
        client.signIn.idTokenLifetime = maybe(&random, duration)
        client.signIn.userAccessTokenLifetime = maybe(&random, duration)
        client.signIn.refreshTokenLifetime = maybe(&random, duration)
        client.signIn.rotatesRefreshTokens = maybe(&random, chance)
        client.signIn.subjectType = chance(&random) ? .public : .pairwise
        client.signIn.sectorIdentifier = maybe(&random, url)
        client.signIn.backChannelLogoutURI = maybe(&random, url)
        client.signIn.requiresLogoutSession = chance(&random)
        client.signIn.audiences = texts(&random)
        client.signIn.revokesGrantsWithKey = chance(&random)
        client.signIn.introspectsAllTokens = chance(&random)
        client.signIn.website = maybe(&random, url)
        client.signIn.logo = maybe(&random, url)
        client.signIn.privacyPolicy = maybe(&random, url)
        client.signIn.termsOfService = maybe(&random, url)
        client.signIn.contacts = texts(&random)
        return client
    }
}
