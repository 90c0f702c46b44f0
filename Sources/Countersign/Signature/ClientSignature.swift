/// Verifies that a registered client signed a JWS: rules 10 to 16, with the single key set refresh of rule 13.
///
/// A caller without one of the client's keys learns nothing about the client: whatever the reason, a refusal costs the same
/// verifications (`RefusalPadding`).
struct ClientSignature: Sendable {
    let directory: any ClientDirectory
    let policy: AssertionPolicy
    private let rateLimit = MultiKeyRateLimit()
    private let padding = RefusalPadding()

    /// The client and the key that made a signature.
    struct Signer: Sendable {
        let client: RegisteredClient
        let key: ClientKey
        /// The server's policy with the client's own options.
        let policy: AssertionPolicy
        /// A failure that the policy only warns about.
        let tolerated: Rejection?
    }

    enum Failure: Error {
        case refused(Rejection)
        case unavailable(StoreUnavailable)
    }

    /// Looks the client up once and verifies the signature with its keys.
    func verify(_ jws: CompactJWS, of id: ClientID, at now: UnixTime) async throws(Failure) -> Signer {
        let found: RegisteredClient?
        var rejection: Rejection
        do {
            found = try await directory.client(id)
        } catch {
            throw .unavailable(error)
        }
        do {
            return try signer(of: jws, id, found, at: now)
        } catch {
            rejection = error
        }

        var verifiedBefore = 0
        if rejection.mayChangeWithKeySet, let found, found.keySetURL != nil {
            verifiedBefore = rejection.rule == .signature ? 1 : 0
            let refresh: KeySetRefresh
            do {
                refresh = try await directory.refreshKeySet(of: id)
            } catch {
                throw .unavailable(error)
            }
            switch refresh {
            case .unchanged: break
            case .unavailable(let reason): rejection = .keySetUnavailable(reason: reason)
            case .refreshed(let client):
                // During a cool-down the set is unchanged, so each of many bad signatures costs only one verification.
                guard !client.keys.elementsEqual(found.keys, by: { $0.isSame(as: $1) }) else { break }
                do {
                    return try signer(of: jws, id, client, at: now)
                } catch {
                    rejection = error
                }
            }
        }

        rejection = await addingDirectoryFacts(to: rejection, of: id, found)
        if !rejection.isProven { padding.pad(afterVerifying: rejection.signaturesTried + verifiedBefore, jws) }
        throw .refused(rejection)
    }

    /// Checks rules 10 to 12 and 14 to 16 with the current keys.
    private func signer(
        of jws: CompactJWS, _ id: ClientID, _ found: RegisteredClient?, at now: UnixTime
    ) throws(Rejection) -> Signer {
        let client = try RegisteredClientRule.check(found, id: id)
        try RegisteredAlgorithmRule.check(jws.header.algorithm, client)
        let candidates = try CandidateKeys.select(for: jws.header, of: client, at: now)
        try CandidateKeys.checkCount(candidates)
        let key = try SignatureRule.check(jws, with: candidates, of: id, rateLimit, at: now)
        let policy = policy.applied(to: client)
        let tolerated = try CertificateValidityRule.check(key, policy, at: now)
        return Signer(client: client, key: key, policy: policy, tolerated: tolerated)
    }

    /// Adds to a rejection what only the directory knows, for the operator.
    private func addingDirectoryFacts(
        to rejection: Rejection, of id: ClientID, _ found: RegisteredClient?
    ) async -> Rejection {
        if case .unknownClient = rejection, found == nil { return .unknownClient(id, await directory.absence(of: id)) }
        if case .noMatchingKey(let reason, _) = rejection, let found {
            return .noMatchingKey(reason, await directory.keyOrigin(of: found))
        }
        return rejection
    }
}

extension Rejection {
    /// Rule 13: whether a newer key set may contain the missing key, or another key under the same `kid`.
    fileprivate var mayChangeWithKeySet: Bool { rule == .candidateKeys || rule == .signature }

    /// The number of keys that were tried without success.
    fileprivate var signaturesTried: Int {
        if case .badSignature(_, let keysTried, _) = self { keysTried.count } else { 0 }
    }
}
