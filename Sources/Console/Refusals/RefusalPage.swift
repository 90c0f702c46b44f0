import Administration
import Pages

/// One refused request: the outcome of each rule, or what was wrong with a request that had no assertion.
struct RefusalPage: ConsolePage {
    let path = RefusalsPage.address + "/{reference}"

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let reference = try visit.parameter("reference")
        let details: RefusalAdministration.Details
        do {
            details = try await RefusalAdministration(
                visit.store, visit.settings, issuer: visit.issuer, at: visit.now
            ).refusal(reference)
        } catch RefusalFailure.noRefusal {
            throw ConsoleFailure.notFound("the refusal “\(reference)”; each is kept until newer ones need its room")
        }
        var content = RefusalContent(details: details, now: visit.now, base: visit.address.path, issuer: visit.issuer)
        if let id = details.entry.clientID {
            content.client = try await RefusedClient.names(of: [id], in: visit.store)[id]
        }
        return content
    }
}

struct RefusalContent: ConsoleContent {
    static let template = "refusal"

    let details: RefusalAdministration.Details
    let now: UnixTime
    /// The console's path.
    let base: String
    /// The issuer, below which the pages about errors are.
    let issuer: String
    var client: RefusedClient?

    private var entry: AuditEntry { details.entry }
    private var trace: TraceRecord? { TraceRecord(text: entry.trace) }
    private var request: RequestRecord? { RequestRecord(text: entry.trace) }

    var head: PageHead {
        PageHead(
            title: "Refusal", key: entry.reference.text, crumbs: [("Refusals", RefusalsPage.address)], lead: lead,
            commands: [ShellCommand.text(["explain", entry.reference.text])])
    }

    private var lead: String {
        if let request { return ShownText.of(request.detail, limit: 1100) }
        guard let failure = RefusalWords.failure(trace?.trace) else { return "Its record cannot be read." }
        return entry.isProven
            ? "The client proved its key, but rule \(failure.rule.rawValue) failed: \(failure.rule.title)."
            : "Rule \(failure.rule.rawValue) failed: \(failure.rule.title). The caller did not prove a key."
    }

    var context: [String: Any] {
        var list = RefusalQuery()
        (list.cause, list.period) = (entry.code, .any)
        var context: [String: Any] = [
            "time": ["datetime": entry.at.text, "text": entry.at.text], "is_proven": entry.isProven,
            "address": ShownText.of(entry.remoteAddress ?? "unknown"),
            "endpoint": ShownText.of(entry.endpoint, limit: 300),
            "code": ShownText.of(entry.code), "code_title": RefusalWords.title(of: entry.code),
            "about": issuer + "/errors/" + PathSegment.encoded(entry.code),
            "same_cause": base + RefusalsPage.address + list.encoded, "has_trace": false, "has_request": false,
            "is_unreadable": trace == nil && request == nil,
        ]
        context["client"] = client.map { $0.context(below: base) }
        if let id = entry.clientID {
            context["same_client"] = base + RefusalsPage.address + RefusalQuery(ofClient: id).encoded
        }
        if let trace {
            let rules = RuleTraceContent(
                trace: trace.trace, remedies: OperatorRemedyText(client: entry.clientID), nearMatch: details.nearMatch,
                corrections: details.corrections, issuer: issuer)
            context.merge(rules.context) { $1 }
            context["has_trace"] = true
            context["has_members"] = !trace.facts.members.isEmpty
            context["members"] = RuleTraceContent.members(
                trace.facts, id: "members", "Header parameters and claims of the assertion")
            context["debugger"] =
                base + AssertionDebuggerPage.address + "?"
                + FormWriter.encoded([(name: "reference", value: entry.reference.text)])
        }
        if let request {
            context["has_request"] = true
            context["facts"] = facts(request)
        }
        return context
    }

    private func facts(_ request: RequestRecord) -> [[String: Any]] {
        let registered: [[String: Any]] =
            request.isRegistered.map {
                [
                    [
                        "name": "Client", "value": $0 ? "registered and enabled" : "not registered, or disabled",
                        "is_words": true,
                    ]
                ]
            } ?? []
        return registered
            + request.parameters.members.map { member in
                let text = if case .string(let text) = member.value { text.text } else { member.value.render() }
                return [
                    "name": ShownText.of(member.name.text), "value": ShownText.of(text, limit: 300), "is_words": false,
                ]
            }
    }
}
