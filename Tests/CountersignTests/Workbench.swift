import Countersign
import Synchronization
import Testing

/// A test fixture: a client with its key, a fixed time, and assertions with any content.
struct Workbench {
    static let now = UnixTime(seconds: 1_800_000_000)
    static let issuer = "https://as.example"
    static let tokenEndpoint = "https://as.example/oauth2/token"
    static let otherEndpoint = "https://as.example/oauth2/par"

    static let key = makeKey(.es256)
    static let unregisteredKey = makeKey(.es256)
    static let rsaKey = makeKey(.rs256)

    static func makeKey(_ algorithm: SignatureAlgorithm) -> SigningKey {
        do {
            return try SigningKey.generate(algorithm)
        } catch {
            preconditionFailure("no key for \(algorithm): \(error)")
        }
    }

    var client: RegisteredClient
    var policy: AssertionPolicy
    var issuer = Self.issuer
    let replayGuard = MemoryReplayGuard()

    init(
        policy change: (inout AssertionPolicy) -> Void = { _ in }, keys: [ClientKey]? = nil, isEnabled: Bool = true,
        method: AuthenticationMethod = .privateKeyJWT, algorithm: SignatureAlgorithm? = nil,
        profile: AudienceProfile? = nil, allowsReuse: Bool? = nil, explicitTyping: Bool = false
    ) {
        client = RegisteredClient(
            id: ClientID("billing"), isEnabled: isEnabled, authenticationMethod: method,
            keys: keys ?? [Self.clientKey()],
            options: ClientOptions(
                signingAlgorithm: algorithm, audienceProfile: profile, allowsReuse: allowsReuse,
                requiresExplicitTyping: explicitTyping))
        policy = AssertionPolicy()
        policy.audienceAliases = ["https://alias.example"]
        change(&policy)
    }

    static func clientKey(
        _ key: SigningKey = Self.key, id: ExactString? = nil, algorithm: SignatureAlgorithm? = nil,
        use: ExactString? = nil, certificate: CertificateFacts? = nil, availability: KeyAvailability = .active
    ) -> ClientKey {
        ClientKey(
            JWK(key: key.verificationKey, keyID: id, algorithm: algorithm, use: use), certificate: certificate,
            availability: availability)
    }

    /// Returns the claims of a valid assertion, changed by name; `nil` removes one.
    static func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
        var members: [(String, JSONValue)] = [
            ("iss", "billing"), ("sub", "billing"), ("aud", .string(issuer)),
            ("exp", .number(now.seconds + 60)), ("iat", .number(now.seconds)),
            ("jti", .string(AssertionTemplate.randomJWTID())),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return JSONObject(members)
    }

    static func sign(
        _ claims: JSONObject, header: [(String, JSONValue)] = [], key: SigningKey = Self.key,
        algorithm: SignatureAlgorithm = .es256
    ) throws -> [UInt8] {
        try sign(payload: claims.render(), header: header, key: key, algorithm: algorithm)
    }

    static func sign(
        payload: String, header: [(String, JSONValue)] = [], key: SigningKey = Self.key,
        algorithm: SignatureAlgorithm = .es256
    ) throws -> [UInt8] {
        let named = header.contains { $0.0 == "alg" }
        let header = (named ? [] : [("alg", JSONValue.string(algorithm.name))]) + header
        return Array(
            try CompactJWS.sign(
                header: JSONObject(header), payload: Array(payload.utf8), key: key, algorithm: algorithm
            ).utf8)
    }

    /// Returns the audiences at an endpoint; the token endpoint's URL is accepted everywhere.
    func audiences(at endpoint: String = tokenEndpoint) -> AcceptedAudiences {
        AcceptedAudiences(issuer: issuer, endpoints: [Self.tokenEndpoint, endpoint])
    }

    var verifier: AssertionVerifier {
        AssertionVerifier(policy: policy, directory: StaticClientDirectory([client]), replayGuard: replayGuard)
    }

    func verify(
        _ token: [UInt8], clientID: ClientID? = nil, endpoint: String = tokenEndpoint, at time: UnixTime = now
    ) async throws(AssertionFailure) -> VerifiedAssertion {
        try await verifier.verify(token, clientID: clientID, audiences: audiences(at: endpoint), at: time)
    }

    /// Returns the code of the rejection; `nil` if the assertion was accepted.
    func verdict(
        _ token: [UInt8], clientID: ClientID? = nil, endpoint: String = tokenEndpoint, at time: UnixTime = now
    ) async -> RejectionCode? {
        await rejection(token, clientID: clientID, endpoint: endpoint, at: time)?.code
    }

    func rejection(
        _ token: [UInt8], clientID: ClientID? = nil, endpoint: String = tokenEndpoint, at time: UnixTime = now
    ) async -> Rejection? {
        await verifier.rejection(token, clientID: clientID, audiences: audiences(at: endpoint), at: time)
    }

    /// Inspects an assertion for a directory that has the client or, with `nil`, no client.
    func trace(_ token: [UInt8], client: RegisteredClient?) async throws -> Trace {
        try await Trace.inspecting(token, policy: policy, audiences: audiences(), at: Self.now) {
            id throws(StoreUnavailable) in id == client?.id ? client : nil
        }
    }
}

extension AssertionVerifier {
    /// Returns the rejection of an assertion; `nil` if it was accepted. An unavailable store fails the test.
    func rejection(
        _ token: [UInt8], clientID: ClientID? = nil, audiences: AcceptedAudiences = Workbench().audiences(),
        at now: UnixTime = Workbench.now
    ) async -> Rejection? {
        do {
            _ = try await verify(token, clientID: clientID, audiences: audiences, at: now)
            return nil
        } catch {
            guard case .refused(let rejection, _) = error else {
                Issue.record(error)
                return nil
            }
            return rejection
        }
    }
}

/// A replay guard that records its claims and can fail.
final class MemoryReplayGuard: ReplayGuard {
    private struct State {
        var claims: [ReplayClaim] = []
        var failure: StoreUnavailable?
    }

    private let state = Mutex(State())

    var claims: [ReplayClaim] { state.withLock { $0.claims } }

    func fail(with failure: StoreUnavailable?) {
        state.withLock { $0.failure = failure }
    }

    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        let (failure, isFirst) = state.withLock { state in
            if let failure = state.failure { return (StoreUnavailable?.some(failure), false) }
            let isFirst = !state.claims.contains { $0.client == claim.client && $0.digest == claim.digest }
            state.claims.append(claim)
            return (nil, isFirst)
        }
        if let failure { throw failure }
        return isFirst ? .firstUse : .replayed
    }
}
