import CountersignKeyFiles
@_exported import Server

/// Judges an assertion as the token endpoint would, without using it up: its `jti` is looked up and never claimed, nothing is stored, and
/// no key set is fetched.
package struct AssertionDebugger: Sendable {
    private let store: any Store
    /// The server's policy, before the client's own options.
    private let policy: AssertionPolicy
    private let audiences: AcceptedAudiences

    package init(_ store: any Store, policy: AssertionPolicy, audiences: AcceptedAudiences) {
        (self.store, self.policy, self.audiences) = (store, policy, audiences)
    }

    /// What a server at these addresses accepts as `aud` at its token endpoint.
    package init(_ store: any Store, _ settings: ServerSettings, _ urls: ServerURLs) {
        self.init(
            store, policy: settings.policy, audiences: AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token]))
    }

    /// Judges an assertion.
    ///
    /// - Parameters:
    ///   - token: the compact serialization, as it was pasted.
    ///   - conditions: what is assumed to be different.
    /// - Throws: `StoreUnavailable`.
    package func judge(
        _ token: [UInt8], asIf conditions: AssertionConditions = AssertionConditions(), at now: UnixTime
    ) async throws(StoreUnavailable) -> AssertionJudgement {
        let time = conditions.time ?? now
        let policy = conditions.applied(to: policy)
        let directory = DebuggedClients(store: store, conditions: conditions)
        let trace = try await Trace.inspecting(
            token, policy: policy, audiences: audiences, at: time,
            isUsed: { claim throws(StoreUnavailable) in try await Self.isUsed(claim, store) },
            client: { id throws(StoreUnavailable) in try await directory.client(id) })
        // The verifier of the token endpoint, so that the verdict cannot differ.
        let verifier = AssertionVerifier(
            policy: policy, directory: directory, replayGuard: LookedUpClaims(store: store))
        do {
            let verified = try await verifier.verify(token, audiences: audiences, at: time)
            return AssertionJudgement(
                trace: trace, rejection: nil, assertion: verified.assertion, client: verified.client.id,
                key: verified.key, tolerated: verified.tolerated)
        } catch {
            switch error {
            case .unavailable(let reason): throw reason
            case .refused(let rejection, let assertion):
                return AssertionJudgement(
                    trace: trace, rejection: rejection, assertion: assertion,
                    client: assertion?.claims.object.string("sub").map { ClientID($0) }, key: nil, tolerated: nil)
            }
        }
    }

    /// Judges again what is kept of a refused assertion: its claims, but not its signature.
    ///
    /// - Parameter facts: of the trace.
    /// - Returns: `nil` if the claims cannot be judged without the rest.
    package func judge(
        claims facts: JSONObject, asIf conditions: AssertionConditions, at now: UnixTime
    ) async throws(StoreUnavailable) -> Trace? {
        var (header, claims): (JSONObject, JSONObject) = ([:], [:])
        for member in facts.members {
            let name = member.name.text
            if TraceRecord.headerParameters.contains(name) {
                header.set(name, member.value)
            } else {
                claims.set(name, member.value)
            }
        }
        let parts = [header.rendered(), claims.rendered(), [UInt8](repeating: 0, count: 64)].map(Base64URL.encode)
        let token = Array(parts.joined(separator: ".").utf8)
        guard (try? ClientAssertion(parsing: token)) != nil else { return nil }
        let directory = DebuggedClients(store: store, conditions: conditions)
        let trace = try await Trace.inspecting(
            token, policy: conditions.applied(to: policy), audiences: audiences, at: conditions.time ?? now,
            client: { id throws(StoreUnavailable) in try await directory.client(id) })
        return trace.without(Self.rulesOfWholeAssertion, because: "the assertion itself is not kept")
    }

    private static let rulesOfWholeAssertion: Set<Rule> = [
        .structure, .encoding, .json, .criticalHeader, .untrustedHeader, .clientIDParameter, .candidateCount,
        .signature, .certificateValidity, .replay,
    ]

    /// Returns a client as a server would see it now: with the keys last read from its key set, if it has one.
    package static func client(
        _ id: ClientID, in store: any Store
    ) async throws(StoreError) -> RegisteredClient? {
        guard let client = try await store.clients.registration(of: id)?.registeredClient else { return nil }
        guard let url = client.keySetURL, let record = try await store.keySets.record(of: url.text) else {
            return client
        }
        let keys = (try? JWKSet(parsingPublished: record.body))?.keys ?? []
        return client.with(keys: keys.map { ClientKey($0) })
    }

    fileprivate static func isUsed(_ claim: ReplayClaim, _ store: any Store) async throws(StoreUnavailable) -> Bool? {
        do throws(StoreError) {
            return try await store.replay.isUsed(claim)
        } catch {
            throw error.asUnavailable
        }
    }
}

/// The result of judging an assertion.
package struct AssertionJudgement: Sendable {
    /// Every rule, also those after the first that failed.
    package let trace: Trace
    /// Why the token endpoint refuses it; `nil` if it accepts it.
    package let rejection: Rejection?
    /// `nil` if it cannot be parsed.
    package let assertion: ClientAssertion?
    /// The client, as it says or has proved.
    package let client: ClientID?
    /// The key that verified the signature of an accepted assertion.
    package let key: ClientKey?
    /// A failure that the policy only warns about.
    package let tolerated: Rejection?

    package var isAccepted: Bool { rejection == nil }

    /// Rules whose outcomes differ from those of another judgement.
    package func differences(
        from other: AssertionJudgement
    ) -> [(rule: Rule, before: Trace.Outcome, after: Trace.Outcome)] {
        zip(other.trace.entries, trace.entries).filter { $0.outcome != $1.outcome }.map {
            ($0.rule, $0.outcome, $1.outcome)
        }
    }
}

/// What is assumed to be different when an assertion is judged.
package struct AssertionConditions: Sendable {
    /// `nil` for now.
    package var time: UnixTime?
    /// `nil` for the client's own, or the server's.
    package var profile: AudienceProfile?
    /// Whether `typ` must be `client-authentication+jwt`; `nil` for what is registered.
    package var requiresTyping: Bool?
    /// The keys of the client in place of those registered.
    package var keys: Keys?

    package enum Keys: Sendable {
        /// The registered key with this `kid` or thumbprint, as if it were usable without any restriction.
        case registered(String)
        /// Other public keys.
        case given([JWK])
    }

    package init() {}

    /// Whether nothing is different.
    package var isEmpty: Bool { time == nil && profile == nil && requiresTyping == nil && keys == nil }

    func applied(to policy: AssertionPolicy) -> AssertionPolicy {
        var policy = policy
        if let requiresTyping { policy.requiresExplicitTyping = requiresTyping }
        return policy
    }

    /// Returns the client as if it were registered so.
    package func applied(to client: RegisteredClient) -> RegisteredClient {
        var client = client
        if let profile { client.options.audienceProfile = profile }
        if let requiresTyping { client.options.requiresExplicitTyping = requiresTyping }
        switch keys {
        case nil: return client
        case .given(let keys): client.keys = keys.map(Self.unrestricted)
        case .registered(let name):
            client.keys = client.keys.filter { $0.jwk.keyID?.text == name || $0.jwk.thumbprint == name }
                .map { Self.unrestricted($0.jwk) }
        }
        client.options.signingAlgorithm = nil
        return client
    }

    /// Without `kid`, `use` and `alg`, so that the signature alone decides.
    private static func unrestricted(_ jwk: JWK) -> ClientKey { ClientKey(JWK(key: jwk.key)) }

    /// Reads public keys that were pasted: a JWK, a JWK Set, a certificate, or a public key in PEM.
    ///
    /// - Throws: `KeyFileError`.
    package static func keys(pasted text: String) throws(KeyFileError) -> [JWK] {
        try KeyFile(Array(text.utf8), name: "the key").keys.map(\.jwk)
    }
}

/// The clients of a store under the conditions of a debugger. Key sets are not fetched.
private struct DebuggedClients: ClientDirectory {
    let store: any Store
    let conditions: AssertionConditions

    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        do throws(StoreError) {
            return try await AssertionDebugger.client(id, in: store).map(conditions.applied)
        } catch {
            throw error.asUnavailable
        }
    }
}

/// Answers whether a `jti` was used, and claims none.
private struct LookedUpClaims: ReplayGuard {
    let store: any Store

    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        try await AssertionDebugger.isUsed(claim, store) == true ? .replayed : .firstUse
    }
}
