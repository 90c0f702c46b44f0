import ArgumentParser
import Countersign
import Store
import Testing

@testable import Administration
@testable import CLI

@Suite("Durations and key set URLs as arguments")
struct ArgumentTests {
    @Test(
        "A duration has a number and a unit",
        arguments: [("90s", 90), ("30m", 1800), ("12h", 43_200), ("7d", 604_800), ("3653d", 315_619_200)])
    func duration(_ text: String, _ seconds: Int) throws {
        #expect(try Transform.interval(text) == .seconds(seconds))
    }

    @Test(
        "Anything else is not a duration",
        arguments: ["", "7", "d", "0d", "-1d", "1.5h", "1w", "3654d", "99999999999999999999s", "7 d", "٣d"])
    func noDuration(_ text: String) {
        #expect(throws: ValidationError.self) { try Transform.interval(text) }
    }

    @Test(
        "A key set URL is https, or http on loopback",
        arguments: ["https://a.example/jwks.json", "http://127.0.0.1:8080/jwks", "http://[::1]/jwks"])
    func keySetURL(_ text: String) throws {
        #expect(try Transform.keySetURL(text).value == text)
    }

    @Test("'none' removes the key set")
    func none() throws {
        #expect(try Transform.keySetURL("none").value == nil)
    }

    @Test(
        "Other URLs are refused",
        arguments: [
            "", "a.example", "http://a.example/jwks", "file:///etc/passwd", "https://u:p@a.example/",
            "https://a.example/#f",
        ])
    func refusedURL(_ text: String) {
        #expect(throws: ValidationError.self) { try Transform.keySetURL(text) }
    }
}

@Suite("Warnings after a client is changed")
struct ClientWarningTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var client = Samples.client()
        var keys: [KeyRecord] = []
        var entry: KeyStoreEntry?
        var caseVariants: [ExactString] = []
        let warnings: [String]
    }

    static let withURL = Samples.client { $0.keySetURL = "https://a.example/jwks" }

    static let examples: [Example] = [
        Example(testDescription: "one key and nothing else", keys: [Samples.ownKey()], warnings: []),
        Example(
            testDescription: "no key at all",
            warnings: [
                "The client billing has no key. To do: countersign client edit billing --jwks FILE"
            ]),
        Example(testDescription: "a key set", client: withURL, warnings: []),
        Example(
            testDescription: "an algorithm that fits no key",
            client: Samples.client { $0.options.signingAlgorithm = .rs256 },
            keys: [Samples.ownKey()],
            warnings: [
                "The client billing may sign with RS256 only, but none of its keys supports it. To do: countersign client edit billing --jwks FILE, or --auth-signing-alg ALG"
            ]),
        Example(
            testDescription: "an algorithm that fits a key",
            client: Samples.client { $0.options.signingAlgorithm = .es256 },
            keys: [Samples.ownKey()], warnings: []),
        Example(
            testDescription: "an identifier that looks like an option",
            client: ClientRecord(id: "-x", name: "X", createdAt: Samples.now),
            warnings: [
                "The client -x has no key. To do: countersign client edit --jwks FILE -- -x"
            ]),
        Example(
            testDescription: "a key set behind own keys", client: withURL, keys: [Samples.ownKey()],
            warnings: [
                "The key set at https://a.example/jwks is not read: keys of its own take precedence until they are removed."
            ]),
        Example(
            testDescription: "own keys that are all revoked, and an unused key set", client: withURL,
            keys: [Samples.ownKey(status: .revoked(since: Samples.now))],
            warnings: [
                "All keys of the client billing are retired or revoked. To do: countersign client edit billing --jwks FILE",
                "The key set at https://a.example/jwks is not read: keys of its own take precedence until they are removed.",
            ]),
        Example(
            testDescription: "an entry of the key store behind a key set", client: withURL,
            entry: Samples.entry("billing"),
            warnings: ["The key store's entry is not used: the client has a key set at a URL, which takes precedence."]),
        Example(
            testDescription: "an entry of the key store that differs in case", keys: [Samples.ownKey()],
            caseVariants: ["Billing"],
            warnings: ["The key store's entry Billing differs in case and is not the client's."]),
        Example(
            testDescription: "a back-channel logout URI on this machine",
            client: Samples.client { $0.signIn.backChannelLogoutURI = "http://127.0.0.1:8001/logout" },
            keys: [Samples.ownKey()],
            warnings: [
                "A server sends logout tokens to http://127.0.0.1:8001/logout only if [remote_keys] allow_http_loopback is true."
            ]),
        Example(
            testDescription: "a back-channel logout URI of a cloud's metadata service",
            client: Samples.client { $0.signIn.backChannelLogoutURI = "https://169.254.169.254/logout" },
            keys: [Samples.ownKey()],
            warnings: [
                "A server sends no logout tokens to https://169.254.169.254/logout: 169.254.169.254 is the address of a cloud's metadata service, which is never allowed."
            ]),
        Example(
            testDescription: "refresh tokens without codes",
            client: Samples.client { $0.grants = [.clientCredentials, .refreshToken] }, keys: [Samples.ownKey()],
            warnings: [
                "The grant refresh_token has no effect without authorization_code: a refresh token comes with a code. To do: add --grant authorization_code, or leave refresh_token out"
            ]),
        Example(
            testDescription: "refresh tokens with codes",
            client: Samples.client { client in
                client.grants = [.authorizationCode, .refreshToken]
                client.signIn.redirectURIs = ["https://a.example/cb"]
                client.signIn.requiresProofKey = true
            }, keys: [Samples.ownKey()], warnings: []),
        Example(
            testDescription: "scopes of the admin API",
            client: Samples.client { $0.scopes = ["reports", "admin.read", "admin.write"] }, keys: [Samples.ownKey()],
            warnings: ["The client may administer this server: admin.read admin.write."]),
        Example(
            testDescription: "scopes of the admin API without effect",
            client: Samples.client { client in
                client.scopes = ["admin.write"]
                client.authenticationMethod = .clientSecretBasic
            },
            warnings: [
                "The scope admin.write has no effect: the admin API is for clients with private_key_jwt that an operator has added."
            ]),
        Example(
            testDescription: "an expiring certificate",
            keys: [Samples.ownKey(certificate: Samples.certificate(endsIn: .seconds(86_400 * 3)))],
            warnings: [
                "The certificate CN=1 (key k1 of the client billing) expires in 3 days, on 2027-01-18T08:00:00Z. To do: countersign client edit billing --certificate FILE"
            ]),
    ]

    @Test("name the problem and the remedy", arguments: examples)
    func warnings(_ example: Example) {
        let details = ClientDetails(
            registration: ClientRegistration(
                client: example.client, keys: example.keys, keyStoreEntry: example.entry), keySet: nil, uses: [:],
            caseVariants: example.caseVariants)
        #expect(ClientWarnings.lines(about: details, at: Samples.now) == example.warnings)
    }
}
