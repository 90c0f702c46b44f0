import Countersign
import CountersignJOSE
import Store

/// Converts rejections into errors for the caller, and records traces for the operator.
package struct RefusalAudit: Sendable {
    let entries: any AuditLog
    let report: @Sendable (ServerEvent) -> Void
    /// Each kind of line has its own rate limit, so that callers cannot suppress lines of another kind.
    private let provenRefusals = EventThrottle()
    private let unprovenRefusals = EventThrottle()
    private let warnings = EventThrottle()
    private let troubles = EventThrottle(limit: 5)

    /// - Parameters:
    ///   - entries: stores traces, in the background and within bounds.
    ///   - report: receives events for the server's log.
    package init(entries: any AuditLog, report: @escaping @Sendable (ServerEvent) -> Void) {
        self.entries = entries
        self.report = report
    }

    func log(_ reason: StoreUnavailable, at now: UnixTime) {
        write(ServerEvent.trouble, "store unavailable: \(reason.reason)", at: now, troubles)
    }

    /// Logs a failure that the policy only warns about.
    func log(tolerated rejection: Rejection, of client: ClientID, at now: UnixTime) {
        write(ServerEvent.tolerated, "client \(Self.quoted(client.text)): \(rejection.fault)", at: now, warnings)
    }

    /// Reports suppressed lines that no later line has reported, until its task is cancelled.
    func run(every interval: Duration = .seconds(1), clock: @Sendable () -> UnixTime) async {
        while (try? await Task.sleep(for: interval)) != nil { tellKeptBack(at: clock()) }
    }

    func tellKeptBack(at now: UnixTime) {
        for (throttle, callers) in [(provenRefusals, "proved a key"), (unprovenRefusals, "proved nothing")] {
            let count = throttle.takeKeptBack(at: now)
            if count > 0 { report(.refused("\(count) more lines about refused callers who \(callers) were left out")) }
        }
        let count = warnings.takeKeptBack(at: now)
        if count > 0 { report(.tolerated("\(count) more warnings about clients were left out")) }
    }

    private func write(
        _ event: (String) -> ServerEvent, _ text: String, at now: UnixTime, _ throttle: EventThrottle
    ) {
        guard let keptBack = throttle.admit(at: now) else { return }
        report(event(keptBack == 0 ? text : "\(text) (\(keptBack) lines before this one were left out)"))
    }

    private static func quoted(_ text: String?) -> String { text.map { "'\($0)'" } ?? "without a name" }

    /// Records the trace under a new reference and returns the error for the caller.
    ///
    /// The caller learns the exact reason if that depends only on the caller's own bytes, or if the caller has proved a key. All other
    /// refusals have the same text.
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
        let from = request.remoteAddress.map { " from \($0)" } ?? ""
        let client = Self.quoted(claimed.map { shortened($0, to: 64) })
        write(
            ServerEvent.refused, "refused \(reference): \(rejection.code.rawValue), client \(client)\(from)", at: now,
            rejection.isProven ? provenRefusals : unprovenRefusals)
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
