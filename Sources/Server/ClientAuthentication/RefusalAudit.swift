import Countersign
import CountersignJOSE
import Store

/// Turns a rejection into what the caller is told and what the operator can look up.
package struct RefusalAudit: Sendable {
    let entries: any AuditLog
    let report: @Sendable (ServerEvent) -> Void

    /// - Parameter entries: where traces are kept, in the background and within bounds.
    package init(entries: any AuditLog, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.entries = entries
        self.report = report
    }

    /// Keeps the trace under a new reference and says as much as the caller has earned.
    ///
    /// The caller gets the exact reason if it depends on the caller's own bytes alone, or if the caller has proved a key. Every other
    /// refusal has the same words.
    func error(
        for rejection: Rejection, _ assertion: ClientAssertion?, clientID parameter: ClientID?,
        request: EndpointRequest, at now: UnixTime
    ) -> OAuthError {
        let reference = Reference.random()
        let claimed: String? =
            if case .string(let subject)? = assertion?.claims.object["sub"] { subject.text } else { parameter?.text }
        entries.record(
            AuditEntry(
                reference: reference.text, at: now, clientID: claimed.map { shortened($0) },
                isProven: rejection.isProven, code: rejection.code.rawValue, endpoint: request.path,
                remoteAddress: request.remoteAddress,
                trace: TraceRecord(assertion: assertion, trace: Trace(stoppedBy: rejection)).text))
        report(
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
}
