import CountersignJOSE

/// Decides whether a client assertion proves who calls: the whole of rules 1 to 24, in their order.
///
/// Cheap and secret-free checks come first; nothing is stored for a caller who has not proved a key; the `jti` is claimed
/// last of all, when everything else holds. One verifier serves every endpoint that authenticates a client.
public struct AssertionVerifier<Directory: ClientDirectory, Guard: ReplayGuard>: Sendable {
    /// The server's policy, before a client's own choices.
    public let policy: AssertionPolicy
    /// Where clients are found.
    public let directory: Directory
    /// Where uses are remembered.
    public let replayGuard: Guard
    private let allowance = FurtherKeyAllowance()
    private let padding = RefusalPadding()

    /// Puts a verifier together. Its copies share one allowance for failing signatures, and one budget for decoys.
    public init(policy: AssertionPolicy, directory: Directory, replayGuard: Guard) {
        self.policy = policy
        self.directory = directory
        self.replayGuard = replayGuard
    }

    /// Verifies one assertion.
    ///
    /// - Parameters:
    ///   - token: the `client_assertion` parameter, ASCII bytes of the compact serialization.
    ///   - parameter: the `client_id` parameter, if it was sent.
    ///   - endpoint: the URL of the endpoint called, an accepted audience in the compatible profile.
    ///   - now: the time of the request.
    /// - Throws: `AssertionFailure`: refused with the reason, or not decidable because the store is unavailable.
    public func verify(
        _ token: [UInt8], clientID parameter: ClientID?, endpoint: ExactString, at now: UnixTime
    ) async throws(AssertionFailure) -> VerifiedAssertion {
        let assertion: ClientAssertion
        do {
            assertion = try ClientAssertion(parsing: token)
        } catch {
            throw .refused(error, nil)
        }
        var examination = Examination(assertion: assertion, recorder: FirstFailure())
        let id: ClientID
        do throws(Rejection) {
            guard let claimed = try examination.claimedClient(parameter) else { throw Rejection.undecided }
            id = claimed
        } catch {
            throw .refused(error, assertion)
        }

        let found: RegisteredClient?
        do {
            found = try await directory.client(id)
        } catch {
            throw .unavailable(error)
        }
        let proven = try await proof(of: id, found, &examination, at: now)
        let clientPolicy = policy.applied(to: proven.client)
        let accepted: AcceptedClaims
        do throws(Rejection) {
            guard let claims = try examination.claims(clientPolicy, endpoint: endpoint, at: now) else {
                throw Rejection.undecided
            }
            accepted = claims
        } catch {
            throw .refused(error, assertion)
        }

        if clientPolicy.preventsReuse {
            let claim = ReplayClaim(
                client: id, jti: accepted.jti, signingInput: assertion.jws.signingInput, expiry: accepted.expiry,
                skew: clientPolicy.clockSkew)
            let verdict: ReplayVerdict
            do {
                verdict = try await replayGuard.claim(claim)
            } catch {
                throw .unavailable(error)
            }
            switch verdict {
            case .firstUse: break
            case .replayed: throw .refused(.replayed(jti: accepted.jti), assertion)
            }
        }
        return VerifiedAssertion(
            client: proven.client, key: proven.key, assertion: assertion, expiry: accepted.expiry,
            tolerated: proven.tolerated)
    }

    /// Rules 10 to 16. Where no key fits or verifies and the client's keys come from a key set, the set is read again, once (rule 13).
    private func proof(
        of id: ClientID, _ found: RegisteredClient?, _ examination: inout Examination<FirstFailure>, at now: UnixTime
    ) async throws(AssertionFailure) -> ProvenClient {
        var verdict = verdict(on: id, found, &examination, at: now)
        var isSignatureVerified = false
        if case .failure(let rejection) = verdict, rejection.isMendedByRefresh, let found, found.keySetURL != nil {
            isSignatureVerified = rejection.rule == .signature
            let refresh: KeySetRefresh
            do {
                refresh = try await directory.refreshKeySet(of: id)
            } catch {
                throw .unavailable(error)
            }
            switch refresh {
            case .unchanged: break
            case .unavailable(let reason): verdict = .failure(.keySetUnavailable(reason: reason))
            case .refreshed(let client):
                // Within a cool-down the set is what it was: a flood of bad signatures costs one verification each.
                guard !client.keys.elementsEqual(found.keys, by: { $0.isSame(as: $1) }) else { break }
                verdict = self.verdict(on: id, client, &examination, at: now)
            }
        }
        switch verdict {
        case .success(let proven): return proven
        case .failure(var rejection):
            if found == nil, case .unknownClient = rejection {
                rejection = .unknownClient(id, await directory.absence(of: id))
            }
            if case .noMatchingKey(let reason, _) = rejection, let found {
                rejection = .noMatchingKey(reason, await directory.keyOrigin(of: found))
            }
            // Unknown clients cost the same verifications, so timing does not reveal which clients exist.
            if !rejection.isProven {
                padding.fill(
                    after: rejection.signaturesTried + (isSignatureVerified ? 1 : 0), examination.assertion.jws)
            }
            throw .refused(rejection, examination.assertion)
        }
    }

    private func verdict(
        on id: ClientID, _ client: RegisteredClient?, _ examination: inout Examination<FirstFailure>, at now: UnixTime
    ) -> Result<ProvenClient, Rejection> {
        do throws(Rejection) {
            guard let proven = try examination.proof(of: id, client, policy, within: allowance, at: now) else {
                throw .undecided
            }
            return .success(proven)
        } catch {
            return .failure(error)
        }
    }
}

extension Rejection {
    /// Rule 13: whether a newer key set may have the key that is missing, or another one under the same `kid` or without any.
    fileprivate var isMendedByRefresh: Bool {
        switch rule {
        case .candidateKeys, .signature: true
        case .structure, .encoding, .json, .algorithm, .criticalHeader, .type, .untrustedHeader, .issuerAndSubject,
            .clientIDParameter, .registeredClient, .registeredAlgorithm, .keySetRefresh, .candidateCount,
            .certificateValidity, .audience, .expiry, .lifetime, .notBefore, .issuedInFuture, .age, .jwtID, .replay:
            false
        }
    }

    /// How many keys were tried in vain.
    fileprivate var signaturesTried: Int {
        if case .badSignature(_, let keysTried, _) = self { keysTried.count } else { 0 }
    }

    /// Stands where the compiler cannot see that asking ends with the first failure; it refuses, should it ever be reached.
    fileprivate static let undecided = Rejection.malformed(rule: .structure, detail: "undecided")
}

/// Why there is no verified assertion.
public enum AssertionFailure: Error, Sendable {
    /// The assertion was refused. It travels along, as far as it could be read, for the trace.
    case refused(Rejection, ClientAssertion?)
    /// Nobody can say: the store does not answer. Nothing may be issued.
    case unavailable(StoreUnavailable)
}
