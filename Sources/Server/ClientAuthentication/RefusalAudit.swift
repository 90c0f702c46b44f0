/// A converter of rejections into errors for the caller and audit entries for the operator.
struct RefusalAudit: Sendable {
    /// Stores a bounded number of traces, in the background.
    let log: any AuditLog
    let runtime: Runtime

    /// Records the trace under a new reference and returns the error for the caller.
    ///
    /// The caller learns the exact reason if it depends only on the request itself, or if the caller has proved possession of a key. All
    /// other refusals have the same text.
    func error(
        for rejection: Rejection, _ assertion: ClientAssertion?, clientID parameter: ClientID?,
        request: EndpointRequest, at now: UnixTime
    ) -> OAuthError {
        let reference = Reference.random()
        let claimed = assertion?.claims.object.string("sub")?.text ?? parameter?.text
        log.record(
            AuditEntry(
                reference: reference, at: now, clientID: claimed.map { shortened($0) },
                isProven: rejection.isProven, code: rejection.code.rawValue, endpoint: request.path,
                remoteAddress: request.remoteAddress,
                trace: TraceRecord(assertion: assertion, trace: Trace(stoppedBy: rejection)).text))
        runtime.report(
            .assertionRefused(
                rejection.code, client: claimed.map { shortened($0, to: 64) }, address: request.remoteAddress,
                reference: reference, isProven: rejection.isProven))
        guard rejection.isDisclosed else {
            return OAuthError(
                .invalidClient,
                "Client authentication failed. The operator finds the reason under reference \(reference).",
                reference: reference)
        }
        return OAuthError(
            .invalidClient, "\(rejection.sentence) Reference \(reference).", page: rejection.code.rawValue,
            reference: reference)
    }

    /// Records why a secret was refused, and returns the error for the caller, which is the same for every reason.
    func error(
        for refusal: SecretCheck.Refusal, of sent: SentSecret, _ client: ClientRecord?, request: EndpointRequest,
        at now: UnixTime
    ) -> OAuthError {
        let reason = OAuthError(.invalidClient, refusal.sentence)
        let (reference, claimed) = (Reference.random(), sent.client.text)
        log.record(
            AuditEntry(
                reference: reference, at: now, clientID: shortened(claimed), isProven: false,
                code: reason.code.rawValue, endpoint: request.path, remoteAddress: request.remoteAddress,
                trace: RequestRecord(reason, nil, isRegistered: client != nil).text))
        runtime.report(
            .secretRefused(client: shortened(claimed, to: 64), address: request.remoteAddress, reference: reference))
        return OAuthError(
            .invalidClient, "Client authentication failed. The operator finds the reason under reference \(reference).",
            reference: reference, scheme: sent.method == .clientSecretBasic ? "Basic" : nil)
    }
}
