import Countersign
import Synchronization
import Testing

@Suite("Rules 12 and 13: key rotation and key set refresh")
struct KeySetRulesTests {
    private static let now = Workbench.now
    private static let second = Duration.seconds(1)

    /// The state of a key, and whether it authenticates its client.
    struct Availability: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let availability: KeyAvailability
        /// `nil` if it does.
        let exclusion: KeyExclusion?

        static let all: [Availability] = [
            .init(testDescription: "active", availability: .active, exclusion: nil),
            .init(
                testDescription: "retiring in a second", availability: .retiring(until: now + second),
                exclusion: nil),
            .init(
                testDescription: "retired now", availability: .retiring(until: now),
                exclusion: .retired(since: now)),
            .init(
                testDescription: "retired at the beginning of time", availability: .retiring(until: .distantPast),
                exclusion: .retired(since: .distantPast)),
            .init(
                testDescription: "never retiring", availability: .retiring(until: .distantFuture),
                exclusion: nil),
            .init(
                testDescription: "revoked", availability: .revoked(since: now - second),
                exclusion: .revoked(since: now - second)),
            .init(
                testDescription: "revoked from tomorrow on, by a clock that is ahead",
                availability: .revoked(since: now + .seconds(86_400)),
                exclusion: .revoked(since: now + .seconds(86_400))),
        ]
    }

    @Test(
        "An active key authenticates its client, a retiring one until its end, a revoked one never",
        arguments: Availability.all)
    func availability(_ example: Availability) async throws {
        for header in [[], [("kid", JSONValue.string("k1"))]] {
            let key = Self.key("k1", example.availability)
            let token = try Workbench.sign(Workbench.claims(), header: header)
            let rejection = await Workbench(keys: [key]).rejection(token)
            guard let exclusion = example.exclusion else {
                #expect(rejection == nil)
                continue
            }
            let sought = try CompactJWS(parsing: token).header
            let excluded = [ExcludedKey(key, exclusion)]
            #expect(rejection == .noMatchingKey(.noneFits(sought, excluded: excluded, others: 0)))
        }
    }

    @Test("A revoked key does not count among the four that are tried")
    func revokedAmongOthers() async throws {
        let revoked = (0..<10).map { _ in
            ClientKey(
                JWK(key: Workbench.makeKey(.es256).verificationKey, keyID: nil, algorithm: nil, use: nil),
                availability: .revoked(since: Self.now))
        }
        #expect(await Workbench(keys: revoked + [Self.key(nil)]).verdict(try Workbench.sign(Workbench.claims())) == nil)
        let stranger = try Workbench.sign(Workbench.claims(), key: Workbench.unregisteredKey)
        #expect(await Workbench(keys: revoked + [Self.key(nil)]).verdict(stranger) == .badSignature)
    }

    @Test("A key with the same kid as a revoked one still works")
    func sameKeyID() async throws {
        let revoked = ClientKey(
            JWK(key: Workbench.unregisteredKey.verificationKey, keyID: "k1", algorithm: nil, use: nil),
            availability: .revoked(since: Self.now))
        let workbench = Workbench(keys: [revoked, Self.key("k1")])
        let token = try Workbench.sign(Workbench.claims(), header: [("kid", "k1")])
        #expect(await workbench.verdict(token) == nil)
        let old = try Workbench.sign(Workbench.claims(), header: [("kid", "k1")], key: Workbench.unregisteredKey)
        #expect(await workbench.verdict(old) == .badSignature)
    }

    @Test("Rule 13: an unknown kid causes one refresh of the key set, which decides")
    func refreshed() async throws {
        let directory = RefreshingDirectory(Self.client(["k1"]), .refreshed(Self.client(["k1", "k2"])))
        let verified = try await Self.verify("k2", directory)
        #expect(verified.key.jwk.keyID == "k2")
        #expect(directory.refreshes == 1)
    }

    @Test("Rule 13: the same holds for a client whose key set was never read")
    func firstRead() async throws {
        let directory = RefreshingDirectory(Self.client([]), .refreshed(Self.client(["k1"])))
        #expect(try await Self.verify("k1", directory).key.jwk.keyID == "k1")
        #expect(directory.refreshes == 1)
    }

    /// The result of a refresh, and the reason why the assertion is then refused.
    struct Refresh: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let refresh: KeySetRefresh
        let rejection: Rejection

        private static func noneFits(_ registered: ExactString...) -> Rejection {
            guard let token = try? Workbench.sign(Workbench.claims(), header: [("kid", "k9")]),
                let header = try? CompactJWS(parsing: token).header
            else { preconditionFailure("the key cannot sign") }
            return .noMatchingKey(
                .noneFits(header, excluded: registered.map { ExcludedKey(key($0), .keyID) }, others: 0))
        }

        static let all: [Refresh] = [
            .init(testDescription: "unchanged", refresh: .unchanged, rejection: noneFits("k1")),
            .init(
                testDescription: "refreshed without the key", refresh: .refreshed(client(["k2", "k3"])),
                rejection: noneFits("k2", "k3")),
            .init(
                testDescription: "refreshed to nothing", refresh: .refreshed(client([])),
                rejection: .noMatchingKey(.noKeys)),
            .init(
                testDescription: "unavailable", refresh: .unavailable(reason: "its server is down"),
                rejection: .keySetUnavailable(reason: "its server is down")),
            .init(
                testDescription: "refreshed, and disabled meanwhile",
                refresh: .refreshed(client(["k9"], isEnabled: false)),
                rejection: .unknownClient(ClientID("billing"), .disabled)),
            .init(
                testDescription: "refreshed, and pinned to another algorithm meanwhile",
                refresh: .refreshed(client(["k9"], algorithm: .rs256)),
                rejection: .algorithmNotRegistered(found: .es256, registered: .rs256)),
        ]
    }

    @Test("Rule 13: the result of the refresh is final", arguments: Refresh.all)
    func outcome(_ example: Refresh) async throws {
        let directory = RefreshingDirectory(Self.client(["k1"]), example.refresh)
        let rejection = await Self.rejection("k9", directory)
        #expect(rejection == example.rejection)
        #expect(rejection?.isDisclosed == false)
        #expect(directory.refreshes == 1)
    }

    @Test("Rule 13: a signature that no key verifies causes one refresh of the key set, which decides")
    func rotatedInPlace() async throws {
        for keyID in [nil, "k1"] as [ExactString?] {
            let new = ClientKey(JWK(key: Workbench.unregisteredKey.verificationKey, keyID: keyID))
            let before = Self.client([]).with(keys: [Self.key(keyID)])
            let directory = RefreshingDirectory(before, .refreshed(before.with(keys: [new])))
            let verified = try await Self.verify(keyID, directory, key: Workbench.unregisteredKey)
            #expect(verified.key.thumbprint == new.thumbprint)
            #expect(directory.refreshes == 1)
        }
    }

    @Test(
        "Rule 13: a bad signature stays bad if the set is unchanged; if it cannot be read, that is the reason",
        arguments: [
            (.unchanged, .badSignature), (.refreshed(client(["k1"])), .badSignature),
            (.refreshed(client(["k1", "k2"])), .badSignature), (.refreshed(client(["k2"])), .noMatchingKey),
            (.unavailable(reason: "its server is down"), .keySetUnavailable),
        ] as [(KeySetRefresh, RejectionCode)])
    func stillBad(_ refresh: KeySetRefresh, _ code: RejectionCode) async throws {
        let directory = RefreshingDirectory(Self.client(["k1"]), refresh)
        let rejection = try #require(await Self.rejection("k1", directory, key: Workbench.unregisteredKey))
        #expect(rejection.code == code)
        #expect(!rejection.isDisclosed)
        #expect(directory.refreshes == 1)
    }

    @Test("Rule 13: nothing is read for a client without a key set, or if neither rule 12 nor rule 15 failed")
    func notAsked() async throws {
        let inline = RefreshingDirectory(Self.client(["k1"], keySetURL: nil), .unchanged)
        #expect(await Self.rejection("k9", inline)?.code == .noMatchingKey)
        let inlineForged = RefreshingDirectory(Self.client(["k1"], keySetURL: nil), .unchanged)
        #expect(await Self.rejection("k1", inlineForged, key: Workbench.unregisteredKey)?.code == .badSignature)
        let disabled = RefreshingDirectory(Self.client(["k1"], isEnabled: false), .unchanged)
        #expect(await Self.rejection("k9", disabled)?.code == .unknownClient)
        let pinned = RefreshingDirectory(Self.client(["k1"], algorithm: .rs256), .unchanged)
        #expect(await Self.rejection("k9", pinned)?.code == .algorithmNotAllowed)
        let many = RefreshingDirectory(Self.client(["1", "2", "3", "4", "5"]), .unchanged)
        #expect(await Self.rejection(nil, many) == .noMatchingKey(.tooMany(5)))
        let nobody = RefreshingDirectory(nil, .unchanged)
        #expect(await Self.rejection("k9", nobody)?.code == .unknownClient)
        for directory in [inline, inlineForged, disabled, pinned, many, nobody] { #expect(directory.refreshes == 0) }
    }

    @Test("If the store is unavailable during the refresh, the assertion is neither refused nor accepted")
    func unavailable() async throws {
        let directory = RefreshingDirectory(Self.client(["k1"]), nil)
        do {
            _ = try await Self.verify("k9", directory)
            Issue.record("accepted")
        } catch {
            guard case .unavailable(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason == StoreUnavailable("full"))
        }
    }

    @Test("The operator learns why a URL is not a client; the caller does not")
    func absence() async throws {
        let directory = RefreshingDirectory(nil, .unchanged, absence: .metadataDocument("a URL that cannot be read"))
        let rejection = try #require(await Self.rejection("k1", directory))
        #expect(rejection == .unknownClient(ClientID("billing"), .metadataDocument("a URL that cannot be read")))
        #expect(!rejection.isDisclosed)
        #expect(rejection.explanation.found.contains("a URL that cannot be read"))
    }

    @Test("The trace of an unreadable key set stops at rule 13 and does not claim that rule 12 held")
    func trace() {
        let trace = Trace(stoppedBy: .keySetUnavailable(reason: "its server is down"))
        #expect(trace.entries.map(\.rule) == Rule.allCases)
        #expect(trace.firstFailure == .keySetUnavailable)
        for entry in trace.entries {
            switch entry.rule {
            case .candidateKeys:
                guard case .notChecked = entry.outcome else {
                    Issue.record("\(entry.outcome)")
                    continue
                }
            case .keySetRefresh:
                guard case .failed(.keySetUnavailable, let explanation) = entry.outcome else {
                    Issue.record("\(entry.outcome)")
                    continue
                }
                #expect(explanation.found.contains("its server is down"))
            default: #expect(entry.outcome == (entry.rule < .keySetRefresh ? .held : .notReached))
            }
        }
        #expect(Trace(json: trace.json) == trace)
        #expect(Trace(json: trace.compactJSON) == trace)
    }

    @Test("Text from a key server is shortened, and its control characters are escaped")
    func longReason() {
        let reason = "https://client.example/" + String(repeating: "x", count: 2000) + "\u{1B}[31m"
        let found = Rejection.keySetUnavailable(reason: reason).explanation.found
        #expect(found.utf8.count < 1100)
        #expect(Rejection.keySetUnavailable(reason: "\u{1B}[31m\n").explanation.found == "\\u{1b}[31m\\u{a}")
    }

    // MARK: Helpers

    private static func key(_ id: ExactString?, _ availability: KeyAvailability = .active) -> ClientKey {
        Workbench.clientKey(id: id, availability: availability)
    }

    private static func client(
        _ keyIDs: [ExactString], isEnabled: Bool = true, algorithm: SignatureAlgorithm? = nil,
        keySetURL: ExactString? = "https://client.example/jwks"
    ) -> RegisteredClient {
        RegisteredClient(
            id: ClientID("billing"), isEnabled: isEnabled, keys: keyIDs.map { key($0) },
            options: ClientOptions(signingAlgorithm: algorithm),
            keySetURL: keySetURL)
    }

    private static func token(_ keyID: ExactString?, _ key: SigningKey) -> [UInt8] {
        let header = keyID.map { [("kid", JSONValue.string($0))] } ?? []
        guard let token = try? Workbench.sign(Workbench.claims(), header: header, key: key) else {
            preconditionFailure("the key cannot sign")
        }
        return token
    }

    private static func verifier(_ directory: RefreshingDirectory) -> AssertionVerifier {
        AssertionVerifier(policy: Workbench().policy, directory: directory, replayGuard: MemoryReplayGuard())
    }

    private static func verify(
        _ keyID: ExactString?, _ directory: RefreshingDirectory, key: SigningKey = Workbench.key
    ) async throws(AssertionFailure) -> VerifiedAssertion {
        try await verifier(directory).verify(
            token(keyID, key), audiences: Workbench().audiences(), at: Workbench.now)
    }

    private static func rejection(
        _ keyID: ExactString?, _ directory: RefreshingDirectory, key: SigningKey = Workbench.key
    ) async -> Rejection? {
        await verifier(directory).rejection(token(keyID, key))
    }
}

/// A directory of one client with a prepared refresh result; counts refreshes.
private final class RefreshingDirectory: ClientDirectory {
    private let client: RegisteredClient?
    private let refresh: KeySetRefresh?
    private let reason: UnknownClientReason
    private let count = Mutex(0)

    /// - Parameter refresh: `nil` if the store is unavailable.
    init(_ client: RegisteredClient?, _ refresh: KeySetRefresh?, absence: UnknownClientReason = .notRegistered) {
        self.client = client
        self.refresh = refresh
        reason = absence
    }

    var refreshes: Int { count.withLock { $0 } }

    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? { client }

    func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh {
        count.withLock { $0 += 1 }
        guard let refresh else { throw StoreUnavailable("full") }
        return refresh
    }

    func absence(of id: ClientID) async -> UnknownClientReason { reason }
}
