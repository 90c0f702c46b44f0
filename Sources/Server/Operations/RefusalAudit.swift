/// The record of refusals: an entry in the audit log and an event, under a reference that the caller is told.
struct RefusalAudit: Sendable {
    /// Stores a bounded number of entries, in the background.
    let log: any AuditLog
    let runtime: Runtime

    /// Records a refusal under a new reference.
    ///
    /// - Parameters:
    ///   - client: the client that the caller claims to be, at any length.
    ///   - isProven: whether the caller has proved possession of one of its keys.
    ///   - trace: the text of a `TraceRecord` or a `RequestRecord`.
    ///   - event: returns the event about the client's shortened name, under the reference.
    func record(
        _ code: String, of client: String?, isProven: Bool = false, trace: String, request: EndpointRequest,
        at now: UnixTime, event: (_ client: String?, Reference) -> ServerEvent
    ) -> Reference {
        let reference = Reference.random()
        log.record(
            AuditEntry(
                reference: reference, at: now, clientID: client.map { shortened($0) }, isProven: isProven, code: code,
                endpoint: shortened(request.path), remoteAddress: request.remoteAddress, trace: trace))
        runtime.report(event(client.map { shortened($0, to: 64) }, reference))
        return reference
    }
}
