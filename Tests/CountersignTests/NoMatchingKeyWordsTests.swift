import CountersignJOSE
import Testing

@testable import Countersign

@Suite("The remedies for a client without a matching key")
struct NoMatchingKeyWordsTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var keyID: ExactString? = "k1"
        let exclusions: [KeyExclusion]
        let told: String
    }

    private static let now = UnixTime(seconds: 1_800_000_000)
    private static let otherKeyID =
        "If the key is a registered one (compare thumbprints), send its kid; if it is new, have it registered."

    @Test(
        "depend on what excluded the key that the header names",
        arguments: [
            Example(
                testDescription: "another alg", exclusions: [.algorithm(restrictedTo: .es256)],
                told:
                    "Sign with ES256, the one algorithm the registered key is restricted to, or have it registered without alg."
            ),
            Example(
                testDescription: "another type", exclusions: [.type(doesNotServe: .rs256)],
                told: "The registered key is P-256, which signs ES256: sign with it, or have your other key registered."
            ),
            Example(
                testDescription: "another type, beside a key for another use", keyID: nil,
                exclusions: [.type(doesNotServe: .rs256), .use("enc")],
                told: "Have the key registered with the use 'sig', or without use."),
            Example(testDescription: "another kid", keyID: "k9", exclusions: [.keyID, .keyID], told: otherKeyID),
            Example(
                testDescription: "another kid, beside a revoked key", keyID: "k9",
                exclusions: [.revoked(since: now), .keyID],
                told: otherKeyID),
            Example(
                testDescription: "the revoked key", exclusions: [.revoked(since: now), .keyID],
                told: "This key was revoked: do not sign with it any more. Have a new one registered."),
            Example(
                testDescription: "revoked keys alone", keyID: nil,
                exclusions: [.revoked(since: now), .retired(since: now)],
                told: "Have a new public key registered, and sign with that: the registered ones are out of use."),
        ])
    func remedy(_ example: Example) throws {
        let id = example.keyID.map { #","kid":"\#($0.text)""# } ?? ""
        let header = Base64URL.encode(Array(#"{"alg":"RS256"\#(id)}"#.utf8))
        let sought = try CompactJWS(parsing: Array("\(header).e30.AA".utf8)).header
        let keys = example.exclusions.enumerated().map { index, exclusion in
            let jwk = JWK(key: Workbench.key.verificationKey, keyID: ExactString("k\(index + 1)"))
            return ExcludedKey(ClientKey(jwk), exclusion)
        }
        let rejection = Rejection.noMatchingKey(.noneFits(sought, excluded: keys, others: 0))
        #expect(rejection.explanation.clientRemedy == example.told)
    }

    @Test("A revoked key is listed as revoked, whatever else would exclude it")
    func revoked() async throws {
        let key = ClientKey(
            JWK(key: Workbench.key.verificationKey, keyID: "k1"), availability: .revoked(since: Workbench.now))
        let token = try Workbench.sign(Workbench.claims(), header: [("kid", "k2")])
        let rejection = try #require(await Workbench(keys: [key]).rejection(token))
        #expect(rejection.explanation.found.contains("'k1': revoked since "))
    }
}
