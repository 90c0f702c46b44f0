/// The client authentication of every endpoint that requires it.
struct ClientAuthenticator: Sendable {
    let verifier: AssertionVerifier
    /// Where the verifier finds clients, for public ones too.
    let directory: any ClientDirectory
    let audit: RefusalAudit
    let keyUses: KeyUseRecorder
    let registrationUses: RegistrationUses
    /// `nil` if clients that are URLs are not accepted.
    let documents: ClientMetadataDocuments?
    let acceptsAssertions: Bool
    /// Whether clients may authenticate with a secret, if they are registered for it.
    let acceptsSecrets: Bool

    /// The methods that the server's settings allow.
    struct Methods: Sendable {
        let assertions: Bool
        let secrets: Bool
    }

    private var methods: Methods { Methods(assertions: acceptsAssertions, secrets: acceptsSecrets) }

    /// - Parameters:
    ///   - audiences: the values of `aud` that identify this server at this endpoint.
    ///   - allowsPublicClients: whether a public client may send only its `client_id`.
    /// - Throws: `OAuthError`: `invalid_request` for an ambiguous request, `invalid_client` for a refused assertion,
    ///   `temporarily_unavailable` if the store is unavailable.
    func authenticate(
        _ form: Form, of request: EndpointRequest, for audiences: AcceptedAudiences, allowsPublicClients: Bool = false,
        at now: UnixTime
    ) async throws(OAuthError) -> AuthenticatedClient {
        if allowsPublicClients, let id = Self.publicClientID(form, request) {
            return try await publicClient(id, form, request)
        }
        if acceptsSecrets, let sent = try SentSecret(form, request) {
            return try await client(with: sent, form, request, at: now)
        }
        let assertion = try assertion(in: form, of: request)
        guard acceptsAssertions else {
            throw OAuthError(.invalidClient, "private_key_jwt is disabled on this server.")
        }
        let parameter = form.text("client_id").map { ClientID($0) }
        let arrival = ContinuousClock.now
        do throws(AssertionFailure) {
            let proof = try await verifier.verify(assertion, clientID: parameter, audiences: audiences, at: now)
            keyUses.recordUse(proof.key, of: proof.client, at: now)
            documents?.recordProof(of: proof.client, at: now)
            registrationUses.recordAuthentication(of: proof.client.attachedRecord, at: now)
            if let tolerated = proof.tolerated {
                audit.runtime.report(.assertionTolerated(tolerated, client: proof.client.id))
            }
            guard let attached = proof.client.attachedRecord else {
                throw AssertionFailure.unavailable(StoreUnavailable("a client was found without its record"))
            }
            return AuthenticatedClient(proof: .assertion(proof), attached: attached)
        } catch {
            switch error {
            case .refused(let rejection, let refused):
                let error = audit.error(for: rejection, refused, clientID: parameter, request: request, at: now)
                guard !rejection.isDisclosed else { throw error }
                let opaque = busyError(refused, error.reference) ?? error
                // The wait comes last: the time that any later work takes would depend on the reason and reveal it.
                await MinimumRefusalTime.wait(since: arrival)
                throw opaque
            case .unavailable(let reason): throw audit.runtime.unavailable(reason)
            }
        }
    }

    /// Returns `client_id` if it is all that the request says about the client.
    private static func publicClientID(_ form: Form, _ request: EndpointRequest) -> ClientID? {
        let credentials = ["client_assertion", "client_assertion_type", "client_secret"]
        guard request.authorization == nil, !credentials.contains(where: { form.bytes($0) != nil }) else { return nil }
        return form.text("client_id").map { ClientID($0) }
    }

    /// RFC 6749 §3.2.1: a client without credentials names itself with `client_id`.
    private func publicClient(
        _ id: ClientID, _ form: Form, _ request: EndpointRequest
    ) async throws(OAuthError) -> AuthenticatedClient {
        let arrival = ContinuousClock.now
        let client = try await audit.runtime.storing { () async throws(StoreUnavailable) in
            try await directory.client(id)
        }
        guard let client, client.isEnabled, client.authenticationMethod == .none, let attached = client.attachedRecord
        else {
            let error = OAuthError(
                .invalidClient,
                "No public client is registered under this client_id. "
                    + SentCredentials(form, request, accepted: methods).missingMessage)
            await MinimumRefusalTime.wait(since: arrival)
            throw error
        }
        return AuthenticatedClient(proof: .none, attached: attached)
    }

    /// RFC 6749 §2.3.1.
    private func client(
        with sent: SentSecret, _ form: Form, _ request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> AuthenticatedClient {
        let arrival = ContinuousClock.now
        let client: RegisteredClient?
        do {
            client = try await directory.client(sent.client)
        } catch {
            throw audit.runtime.unavailable(error)
        }
        guard let refusal = SecretCheck.refusal(of: sent, by: client, at: now) else {
            guard let attached = client?.attachedRecord else {
                throw audit.runtime.unavailable(StoreUnavailable("a client was found without its record"))
            }
            return AuthenticatedClient(proof: .secret, attached: attached)
        }
        let error = audit.error(for: refusal, of: sent, client?.attachedRecord?.record, request: request, at: now)
        await MinimumRefusalTime.wait(since: arrival)
        throw error
    }

    /// Returns the error for unauthenticated callers while the rate limit of their client's host is exceeded. Existing and made-up
    /// clients get the same one.
    private func busyError(_ assertion: ClientAssertion?, _ reference: Reference?) -> OAuthError? {
        guard let documents, let subject = assertion?.claims.object.string("sub"),
            documents.isRateLimited(ClientID(subject))
        else { return nil }
        let tail = reference.map { " Reference \($0)." } ?? ""
        return OAuthError(
            .temporarilyUnavailable,
            "Too many client metadata documents were requested from this host. Try again in a moment.\(tail)",
            reference: reference)
    }

    /// RFC 6749 §2.3: a client uses exactly one method of authentication, with all its parameters.
    private func assertion(in form: Form, of request: EndpointRequest) throws(OAuthError) -> [UInt8] {
        func sent() -> SentCredentials { SentCredentials(form, request, accepted: methods) }
        let assertion = form.bytes("client_assertion")
        let type = form.text("client_assertion_type")
        let hasSecret = form.bytes("client_secret") != nil
        let count = [request.authorization != nil, hasSecret, assertion != nil || type != nil].filter { $0 }.count
        guard count <= 1 else { throw OAuthError(.invalidRequest, sent().tooManyMessage) }
        switch (assertion, type) {
        case (let assertion?, let type?):
            guard ExactString(type) == SentCredentials.assertionType else {
                throw OAuthError(.invalidRequest, SentCredentials.wrongTypeMessage(type))
            }
            return assertion
        case (.some, nil):
            throw OAuthError(
                .invalidRequest,
                "client_assertion was sent without client_assertion_type. Add \(SentCredentials.typeParameter).")
        case (nil, .some): throw OAuthError(.invalidRequest, sent().missingAssertionMessage)
        case (nil, nil):
            throw OAuthError(.invalidClient, sent().missingMessage, scheme: request.authorizationScheme)
        }
    }
}

/// The minimum response time for refusing an unauthenticated caller. Every cause of refusal takes less, so that timing does not reveal
/// the cause.
private enum MinimumRefusalTime {
    /// Derived from the most expensive cause: four signatures tried with the most expensive keys (`DecoyVerification.longestRefusal`,
    /// 7.4 ms if a P-521 verification takes 1.85 ms), doubled because a busy core takes longer than the measured minimum, plus 4 ms to
    /// read a client from the database. At least 20 ms, in case the measurement is too low. Waiting costs no processor time.
    private static let duration: Duration = max(
        .milliseconds(20), DecoyVerification.longestRefusal() * 2 + .milliseconds(4))

    static func wait(since arrival: ContinuousClock.Instant) async {
        try? await Task.sleep(until: arrival + duration, tolerance: .zero)
    }
}
