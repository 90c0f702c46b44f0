extension RefusalAudit {
    /// Records why an assertion was refused, and returns the error for the caller.
    ///
    /// The caller learns the exact reason if it depends only on the request itself, or if the caller has proved possession of a key. All
    /// other refusals have the same text.
    func error(
        for rejection: Rejection, _ assertion: ClientAssertion?, clientID parameter: ClientID?,
        request: EndpointRequest, at now: UnixTime
    ) -> OAuthError {
        let reference = record(
            rejection.code.rawValue, of: assertion?.claims.object.string("sub")?.text ?? parameter?.text,
            isProven: rejection.isProven,
            trace: TraceRecord(assertion: assertion, trace: Trace(stoppedBy: rejection)).text, request: request,
            at: now
        ) { client, reference in
            .assertionRefused(
                rejection.code, client: client, address: request.remoteAddress, reference: reference,
                isProven: rejection.isProven)
        }
        guard rejection.isDisclosed else { return Self.undisclosed(reference) }
        return OAuthError(
            .invalidClient, "\(rejection.sentence) Reference \(reference).", page: rejection.code.rawValue,
            reference: reference)
    }

    /// Records why a secret was refused, and returns the error for the caller, which is the same for every reason.
    func error(
        for refusal: SecretCheck.Refusal, of sent: SentSecret, _ client: ClientRecord?, request: EndpointRequest,
        at now: UnixTime
    ) -> OAuthError {
        let (reason, claimed) = (OAuthError(.invalidClient, refusal.sentence), sent.client.text)
        let reference = record(
            reason.code.rawValue, of: claimed,
            trace: RequestRecord(reason, nil, isRegistered: client != nil).text, request: request, at: now
        ) { client, reference in
            .secretRefused(client: client, address: request.remoteAddress, reference: reference)
        }
        return Self.undisclosed(reference, scheme: sent.method == .clientSecretBasic ? "Basic" : nil)
    }

    private static func undisclosed(_ reference: Reference, scheme: String? = nil) -> OAuthError {
        OAuthError(
            .invalidClient, "Client authentication failed. The operator finds the reason under reference \(reference).",
            reference: reference, scheme: scheme)
    }
}
