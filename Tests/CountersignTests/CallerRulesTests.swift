import Countersign
import Synchronization
import Testing

@Suite("Rules 8 to 11, RFC 7523 §3 (1), (2): the client")
struct CallerRulesTests {
    @Test(
        "iss and sub are present, strings, not empty, and equal byte for byte",
        arguments: [
            ("iss", JSONValue?.none, RejectionCode.missingClaim), ("sub", nil, .missingClaim),
            ("iss", "", .missingClaim), ("sub", .number(1), .wrongClaimType),
            ("iss", .null, .wrongClaimType),
            ("sub", .array(["billing"]), .wrongClaimType), ("iss", "Billing", .issuerSubjectMismatch),
            ("sub", "billing ", .issuerSubjectMismatch),
        ] as [(String, JSONValue?, RejectionCode)])
    func issuerAndSubject(_ claim: String, _ value: JSONValue?, _ code: RejectionCode) async throws {
        let token = try Workbench.sign(Workbench.claims([(claim, value)]))
        #expect(await Workbench().verdict(token) == code)
    }

    @Test("RFC 3986 §6.2.1: canonically equivalent identifiers are different")
    func canonicalEquivalence() async throws {
        let token = try Workbench.sign(Workbench.claims([("iss", "caf\u{E9}"), ("sub", "cafe\u{301}")]))
        #expect(await Workbench().verdict(token) == .issuerSubjectMismatch)
    }

    @Test("RFC 7521 §4.2: a client_id parameter must equal sub")
    func clientIDParameter() async throws {
        let workbench = Workbench()
        let token = try Workbench.sign(Workbench.claims())
        #expect(await workbench.verdict(token, clientID: ClientID("other")) == .clientIDMismatch)
        #expect(await workbench.verdict(token, clientID: ClientID("billing")) == nil)
    }

    @Test("Unknown, disabled and public clients are refused in the same way")
    func unknownClient() async throws {
        let stranger = try Workbench.sign(Workbench.claims([("iss", "nobody"), ("sub", "nobody")]))
        #expect(await Workbench().verdict(stranger) == .unknownClient)
        let token = try Workbench.sign(Workbench.claims())
        #expect(await Workbench(isEnabled: false).verdict(token) == .unknownClient)
        #expect(await Workbench(method: .none).verdict(token) == .unknownClient)
    }

    @Test("OpenID Connect Registration §2: token_endpoint_auth_signing_alg restricts the client")
    func registeredAlgorithm() async throws {
        let token = try Workbench.sign(Workbench.claims())
        #expect(await Workbench(algorithm: .rs256).verdict(token) == .algorithmNotAllowed)
        #expect(await Workbench(algorithm: .es256).verdict(token) == nil)
    }

    @Test("RFC 9864: EdDSA and Ed25519 are the same algorithm", arguments: ["EdDSA", "Ed25519"])
    func edwards(_ name: String) async throws {
        let key = Workbench.makeKey(.edDSA)
        let token = try Workbench.sign(
            Workbench.claims(), header: [("alg", .string(name))], key: key, algorithm: .edDSA)
        let workbench = Workbench(keys: [Workbench.clientKey(key)], algorithm: .edDSA)
        #expect(await workbench.verdict(token) == nil)
    }

    @Test("A request looks its client up once; the directory's attachment is returned with the verified assertion")
    func oneLookUp() async throws {
        let attachment = Attachment()
        let directory = CountingDirectory(Workbench().client, attachment)
        let verifier = AssertionVerifier(
            policy: AssertionPolicy(), directory: directory, replayGuard: InMemoryReplayGuard(clock: { Workbench.now }))
        let verified = try await verifier.verify(
            Workbench.sign(Workbench.claims()), audiences: Workbench().audiences(), at: Workbench.now)
        #expect(verified.client.attachment === attachment)
        #expect(directory.lookUps == 1)
    }
}

private final class Attachment: ClientAttachment {
    var keyOrigin: KeyOrigin? { nil }
}

private final class CountingDirectory: ClientDirectory {
    private let client: RegisteredClient
    private let count = Mutex(0)

    init(_ client: RegisteredClient, _ attachment: Attachment) {
        var client = client
        client.attachment = attachment
        self.client = client
    }

    var lookUps: Int { count.withLock { $0 } }

    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        count.withLock { $0 += 1 }
        return client
    }
}
