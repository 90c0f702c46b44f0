import CountersignJOSE

extension Trace {
    /// Asks every rule of an assertion without using it up: rule 24 is not asked, and no rule's fall hides another's.
    ///
    /// - Parameters:
    ///   - token: the compact serialization.
    ///   - policy: the server's policy; the client's own choices are applied to it.
    ///   - endpoint: the URL of the endpoint the assertion is meant for.
    ///   - audienceObstacle: why `aud` cannot be judged; `nil` where the policy's issuer is the server's.
    ///   - now: the time to judge by.
    ///   - client: finds the registered client the assertion names.
    public static func inspecting(
        _ token: [UInt8], policy: AssertionPolicy, endpoint: ExactString, at now: UnixTime,
        audienceObstacle: String? = nil,
        client lookUp: (ClientID) async throws(StoreUnavailable) -> RegisteredClient?
    ) async throws(StoreUnavailable) -> Trace {
        let assertion: ClientAssertion
        do {
            assertion = try ClientAssertion(parsing: token)
        } catch {
            return Trace(stoppedBy: error)
        }
        var examination = Examination(assertion: assertion, recorder: EveryFailure())
        var policy = policy
        // `EveryFailure` never throws; the empty catches say so to the compiler.
        var id: ClientID?
        do { id = try examination.claimedClient(nil) } catch {}
        if let id {
            let found = try await lookUp(id)
            if let found { policy = policy.applied(to: found) }
            do { _ = try examination.proof(of: id, found, policy, at: now) } catch {}
            if let found, let search = SignatureSearch(assertion.jws, among: found.keys) {
                examination.recorder.add(search.finding, to: .candidateKeys)
                examination.recorder.add(search.finding, to: .signature)
            }
        }
        do { _ = try examination.claims(policy, endpoint: endpoint, at: now) } catch {}

        let outcomes = examination.recorder.outcomes
        return Trace(
            Rule.allCases.map { rule in
                let outcome: Outcome =
                    switch rule {
                    case .structure, .encoding, .json, .algorithm, .criticalHeader, .untrustedHeader: .held
                    case .keySetRefresh: .notAsked("the registered keys are judged as they are")
                    case .certificateValidity: outcomes[rule] ?? .notReached
                    case .audience where audienceObstacle != nil: .notAsked(audienceObstacle ?? "")
                    case .replay: .notAsked("looking at an assertion does not use it up")
                    case .type, .issuerAndSubject, .clientIDParameter, .registeredClient, .registeredAlgorithm,
                        .candidateKeys, .candidateCount, .signature, .audience, .expiry, .lifetime, .notBefore,
                        .issuedInFuture, .age, .jwtID:
                        outcomes[rule] ?? .notReached
                    }
                return Entry(rule: rule, outcome: outcome)
            })
    }
}
