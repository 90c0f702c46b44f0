@_exported import Server

/// Judges an assertion as the token endpoint would, without using it up: its `jti` is looked up and never claimed, nothing is stored, and
/// nothing is fetched. Where the endpoint would fetch a document first, the judgement says so in place of a verdict.
package struct AssertionDebugger: Sendable {
    private let clients: StoredClients
    private let audiences: AcceptedAudiences

    var store: any Store { clients.store }

    package init(_ clients: StoredClients, audiences: AcceptedAudiences) {
        (self.clients, self.audiences) = (clients, audiences)
    }

    /// What a server at these addresses accepts as `aud` at its token endpoint.
    ///
    /// - Parameter builtIn: the client that is part of the server, if this is its process.
    package init(
        _ store: any Store, _ settings: ServerSettings, _ urls: ServerURLs, builtIn: BuiltInClient? = nil
    ) {
        self.init(
            StoredClients(store, settings, builtIn: builtIn),
            audiences: AcceptedAudiences(issuer: urls.issuer, endpoints: [urls.token]))
    }

    /// Judges an assertion.
    ///
    /// - Parameters:
    ///   - token: the compact serialization, as it was pasted.
    ///   - conditions: what is assumed to be different.
    ///   - audienceProblem: why `aud` cannot be checked; `nil` if it can.
    /// - Throws: `StoreUnavailable`.
    package func judge(
        _ token: [UInt8], asIf conditions: AssertionConditions = AssertionConditions(), audienceProblem: String? = nil,
        at now: UnixTime
    ) async throws(StoreUnavailable) -> AssertionJudgement {
        let time = conditions.time ?? now
        let policy = conditions.applied(to: clients.settings.policy)
        let assertion = try? ClientAssertion(parsing: token)
        let directory = try await directory(for: assertion?.claims, conditions, at: now)
        let trace = try await Trace.inspecting(
            token, policy: policy, audiences: audiences, at: time, audienceProblem: audienceProblem,
            isUsed: { claim throws(StoreUnavailable) in try await Self.isUsed(claim, store) },
            client: { id throws(StoreUnavailable) in try await directory.client(id) })
        // The verifier of the token endpoint, so that the verdict cannot differ.
        let verifier = AssertionVerifier(
            policy: policy, directory: directory, replayGuard: LookedUpClaims(store: store))
        let outcome: Result<VerifiedAssertion, Rejection>
        do {
            outcome = .success(try await verifier.verify(token, audiences: audiences, at: time))
        } catch {
            switch error {
            case .unavailable(let reason): throw reason
            case .refused(let rejection, _): outcome = .failure(rejection)
            }
        }
        return AssertionJudgement(
            outcome, trace, assertion, directory, isDisabled: !clients.settings.acceptsAssertions)
    }

    /// Judges again what is kept of a refused assertion: a few header parameters and claims, but not its signature.
    ///
    /// - Parameters:
    ///   - facts: of the trace.
    ///   - audienceProblem: why `aud` cannot be checked; `nil` if it can.
    /// - Returns: the rules, and what the token endpoint would fetch before it decides; `nil` if too little is kept.
    package func judge(
        claims facts: JSONObject, asIf conditions: AssertionConditions, audienceProblem: String? = nil,
        at now: UnixTime
    ) async throws(StoreUnavailable) -> (trace: Trace, fetch: NeededFetch?)? {
        let kept = KeptAssertion(facts)
        let token = kept.token
        guard let assertion = try? ClientAssertion(parsing: token) else { return nil }
        let directory = try await directory(for: assertion.claims, conditions, at: now)
        let trace = try await Trace.inspecting(
            token, policy: conditions.applied(to: clients.settings.policy), audiences: audiences,
            at: conditions.time ?? now, audienceProblem: audienceProblem,
            client: { id throws(StoreUnavailable) in try await directory.client(id) })
        let judged = trace.without(KeptAssertion.rulesOfWholeAssertion, because: KeptAssertion.reason)
        func withoutShortened(_ trace: Trace) -> Trace {
            trace.without(kept.rulesOfShortenedValues, because: KeptAssertion.shortenedReason)
        }
        guard let fetch = directory.finding?.fetch else { return (withoutShortened(judged), nil) }
        let isPossible = fetch.isMadeForEach || trace.fails(.candidateKeys)
        let rules = fetch.rulesWithoutCopy.union(isPossible ? [fetch.rule] : [])
        // With the beginning of an identifier, another client may have been found.
        let isMade =
            fetch.isMade(afterFailureOf: withoutShortened(judged).decidingFailure?.rule)
            && !kept.rulesOfShortenedValues.contains(.keySetRefresh)
        return (withoutShortened(judged.without(rules, because: fetch.phrase)), isMade ? fetch : nil)
    }

    private func directory(
        for claims: AssertionClaims?, _ conditions: AssertionConditions, at now: UnixTime
    ) async throws(StoreUnavailable) -> DebuggedClient {
        guard let id = claims?.object.string("sub").map({ ClientID($0) }) else {
            return DebuggedClient(id: nil, finding: nil)
        }
        do throws(StoreError) {
            return DebuggedClient(id: id, finding: try await clients.find(id, at: now).asIf(conditions))
        } catch {
            throw error.asUnavailable
        }
    }

    fileprivate static func isUsed(_ claim: ReplayClaim, _ store: any Store) async throws(StoreUnavailable) -> Bool? {
        do throws(StoreError) {
            return try await store.replay.isUsed(claim)
        } catch {
            throw error.asUnavailable
        }
    }
}

/// The one client that an assertion names, under the conditions of a debugger.
struct DebuggedClient: ClientDirectory {
    let id: ClientID?
    /// `nil` if the assertion names none.
    let finding: StoredClients.Finding?

    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? {
        id == self.id ? finding?.client : nil
    }

    func keyOrigin(of client: RegisteredClient) async -> KeyOrigin? {
        guard let url = client.keySetURL else { return client.attachment?.keyOrigin }
        return .keySet(url: url, readAt: finding?.fetch?.readAt)
    }

    func absence(of id: ClientID) async -> UnknownClientReason {
        if case .absent(let reason)? = finding { reason } else { .notRegistered }
    }
}

extension StoredClients.Finding {
    /// Returns what would be found under some conditions. Keys in place of the client's own are not fetched.
    func asIf(_ conditions: AssertionConditions) -> StoredClients.Finding {
        guard case .client(let client, let fetch) = self else { return self }
        let changed = conditions.applied(to: client)
        return .client(changed, fetch: changed.keySetURL == nil ? nil : fetch)
    }
}

/// Answers whether a `jti` was used, and claims none.
private struct LookedUpClaims: ReplayGuard {
    let store: any Store

    func claim(_ claim: ReplayClaim) async throws(StoreUnavailable) -> ReplayVerdict {
        try await AssertionDebugger.isUsed(claim, store) == true ? .replayed : .firstUse
    }
}
