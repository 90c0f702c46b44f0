import Countersign
import Store

/// Authenticates the client of a request, at every endpoint that requires it.
package struct ClientAuthenticator: Sendable {
    let verifier: AssertionVerifier
    let audit: RefusalAudit
    let keyUses: KeyUseRecorder
    /// `nil` if clients that are URLs are not accepted.
    let documents: ClientMetadataDocuments?
    /// Whether assertions are accepted at all.
    let acceptsAssertions: Bool

    init(
        verifier: AssertionVerifier, audit: RefusalAudit, keyUses: KeyUseRecorder,
        documents: ClientMetadataDocuments? = nil, acceptsAssertions: Bool = true
    ) {
        self.verifier = verifier
        self.audit = audit
        self.keyUses = keyUses
        self.documents = documents
        self.acceptsAssertions = acceptsAssertions
    }

    /// Authenticates one request.
    ///
    /// - Parameters:
    ///   - form: the request's parameters.
    ///   - audiences: the values of `aud` that mean this server at this endpoint.
    /// - Throws: `OAuthError`: `invalid_request` for an ambiguous request, `invalid_client` for a refused assertion,
    ///   `temporarily_unavailable` if the store does not answer.
    func authenticate(
        _ form: Form, of request: EndpointRequest, for audiences: AcceptedAudiences, at now: UnixTime
    ) async throws(OAuthError) -> AuthenticatedClient {
        let assertion = try Self.assertion(in: form, of: request)
        guard acceptsAssertions else {
            throw OAuthError(.invalidClient, "private_key_jwt is switched off on this server.")
        }
        let parameter = form.text("client_id").map { ClientID($0) }
        let arrival = ContinuousClock.now
        do throws(AssertionFailure) {
            let proof = try await verifier.verify(assertion, clientID: parameter, audiences: audiences, at: now)
            keyUses.note(proof.key, of: proof.client, at: now)
            documents?.noteProof(of: proof.client, at: now)
            if let tolerated = proof.tolerated { audit.report(.assertionTolerated(tolerated, client: proof.client.id)) }
            guard let client = AuthenticatedClient(proof) else {
                throw AssertionFailure.unavailable(StoreUnavailable("a client was found without its record"))
            }
            return client
        } catch {
            switch error {
            case .refused(let rejection, let refused):
                let error = audit.error(for: rejection, refused, clientID: parameter, request: request, at: now)
                guard !rejection.isDisclosed else { throw error }
                let opaque = busyError(refused, error.reference) ?? error
                // The wait comes last: work after it would show in the response time, and depends on the reason.
                await MinimumRefusalTime.wait(since: arrival)
                throw opaque
            case .unavailable(let reason):
                audit.report(.storeUnavailable(reason.reason))
                throw OAuthError(.temporarilyUnavailable, "The server's store does not answer. Try again in a moment.")
            }
        }
    }

    /// The answer to unauthenticated callers while the rate limit of their client's host is exceeded. It is the same for existing and
    /// made-up clients.
    private func busyError(_ assertion: ClientAssertion?, _ reference: Reference?) -> OAuthError? {
        guard let documents, let subject = assertion?.claims.object.string("sub"),
            documents.isRateLimited(ClientID(subject))
        else { return nil }
        let tail = reference.map { " Reference \($0)." } ?? ""
        return OAuthError(
            .temporarilyUnavailable,
            "Too many client metadata documents of this host are asked for. Try again in a moment.\(tail)",
            reference: reference)
    }

    /// RFC 6749 §2.3: a client uses exactly one method of authentication, with all its parameters.
    private static func assertion(in form: Form, of request: EndpointRequest) throws(OAuthError) -> [UInt8] {
        let assertion = form.bytes("client_assertion")
        let type = form.text("client_assertion_type")
        let hasSecret = form.bytes("client_secret") != nil
        let methods = [request.authorization != nil, hasSecret, assertion != nil || type != nil].filter { $0 }.count
        guard methods <= 1 else { throw OAuthError(.invalidRequest, SentCredentials(form, request).tooMany) }
        switch (assertion, type) {
        case (let assertion?, let type?):
            guard ExactString(type) == SentCredentials.assertionType else {
                throw OAuthError(.invalidRequest, SentCredentials.otherType(type))
            }
            return assertion
        case (.some, nil):
            throw OAuthError(
                .invalidRequest,
                "client_assertion was sent without client_assertion_type. Add \(SentCredentials.typeParameter).")
        case (nil, .some): throw OAuthError(.invalidRequest, SentCredentials(form, request).typeAlone)
        case (nil, nil):
            throw OAuthError(
                .invalidClient, SentCredentials(form, request).none, scheme: request.authorizationScheme)
        }
    }
}

/// The minimum time to the refusal of an unauthenticated caller. Every cause of such a refusal takes less, so that the response time
/// does not reveal the cause.
private enum MinimumRefusalTime {
    /// Derived from the most expensive cause: four signatures tried with the most expensive keys (`DecoyVerification.longestRefusal`,
    /// 7.4 ms if a P-521 verification takes 1.85 ms), doubled because a busy core takes longer than the minimum that was measured, plus
    /// 4 ms to read a client from the database. At least 20 ms, so that a lucky measurement has no effect.
    ///
    /// Waiting costs a timer and the request's memory, but no processor time.
    private static let duration: Duration = max(
        .milliseconds(20), DecoyVerification.longestRefusal() * 2 + .milliseconds(4))

    static func wait(since arrival: ContinuousClock.Instant) async {
        try? await Task.sleep(until: arrival + duration, tolerance: .zero)
    }
}
