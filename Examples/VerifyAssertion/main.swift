// Verifies a client assertion twice: the second time it is a replay.
// Usage: VerifyAssertion CLIENT_ID JWKS ASSERTION
import Countersign

let (id, keySet, assertion) = (CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3])

let keys = try JWKSet(parsing: Array(keySet.utf8)).keys
let client = RegisteredClient(id: ClientID(id), keys: keys.map { ClientKey($0) })
let verifier = AssertionVerifier(
    policy: AssertionPolicy(), directory: StaticClientDirectory([client]), replayGuard: InMemoryReplayGuard())
let audiences = AcceptedAudiences(issuer: "https://auth.example.com")

for _ in 1...2 {
    do {
        let verified = try await verifier.verify(assertion, audiences: audiences, at: .now)
        print("\(verified.client.id) signed it with the key \(verified.key.thumbprint)")
    } catch .refused(let rejection, of: _) {
        print("refused: \(rejection.code.rawValue)")
    } catch .unavailable(let reason) {
        print("try again later: \(reason)")
    }
}
