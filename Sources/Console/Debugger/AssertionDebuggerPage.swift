import Administration

/// `/debugger`: judges an assertion that is pasted, or again what is kept of a refused one.
///
/// A live assertion is a credential, so only administrators can post one, and it appears in no address, log or answer. Nothing is
/// stored, so the answer is the page itself.
struct AssertionDebuggerPage: ConsolePage {
    static let address = "/debugger"

    let path = address
    let takesForms = true

    func show(_ visit: Visit) async throws -> any ConsoleContent {
        let form = DebuggerForm(visit.query)
        guard !form.reference.isEmpty else { return DebuggerContent(form, visit) }
        return try await content(form, visit) {
            try await inspect(visit) { try await judgeAgain(form, visit, $0) }
        }
    }

    func showTooLong(_ visit: Visit) async throws -> any ConsoleContent {
        var content = DebuggerContent(DebuggerForm(nil), visit)
        content.fault = FieldFault(
            "This is longer than the token endpoint reads: an assertion has at most 16 KiB.", field: "token")
        return content
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let form = DebuggerForm(form)
        if !form.reference.isEmpty { return .redirect(to: Self.address + form.encoded) }
        let content = try await content(form, visit) {
            try await inspect(visit) { try await judge(form, visit, $0) }
        }
        return .page(content, status: content.fault == nil ? 200 : 400)
    }

    /// Makes an inspection, within the limits of the person.
    private func inspect<Value>(
        _ visit: Visit, _ judge: (AssertionDebugger) async throws -> Value
    ) async throws -> Value {
        try await visit.inspections.run(for: .person(visit.person.user.id), at: visit.now, judge)
    }

    private func judge(
        _ form: DebuggerForm, _ visit: Visit, _ debugger: AssertionDebugger
    ) async throws -> DebuggerContent.Result {
        guard !form.pasted.isEmpty else {
            throw FieldFault("Paste an assertion, or the reference of a refusal.", field: "token")
        }
        let conditions = try form.conditions(at: nil, now: visit.now)
        let asIs = try await debugger.judge(form.pasted, at: visit.now)
        guard !conditions.isEmpty else { return .assertion(asIs, asIf: nil, conditions) }
        let asIf = try await debugger.judge(form.pasted, asIf: conditions, at: visit.now)
        return .assertion(asIs, asIf: asIf, conditions)
    }

    private func content(
        _ form: DebuggerForm, _ visit: Visit, _ judge: () async throws -> DebuggerContent.Result
    ) async throws -> DebuggerContent {
        var content = DebuggerContent(form, visit)
        do {
            let result = try await judge()
            content.result = result
            if let id = result.client?.text {
                content.client = try await RefusedClient.names(of: [id], in: visit.store)[id]
            }
            content.nearMatch = try await NearMatch.sentence(
                for: result.client?.text, result.trace, in: visit.store)
            if let trace = result.trace {
                content.corrections = try await AssertionCorrections(
                    visit.store, visit.settings, issuer: visit.issuer
                ).corrections(of: trace, result.facts, client: result.client?.text, at: visit.now)
            }
        } catch let fault as FieldFault {
            content.fault = fault
        }
        return content
    }

    private func judgeAgain(
        _ form: DebuggerForm, _ visit: Visit, _ debugger: AssertionDebugger
    ) async throws -> DebuggerContent.Result {
        do {
            let asIs = try await debugger.judgeAgain(form.reference, at: visit.now)
            let conditions = try form.conditions(at: asIs.entry.at, now: visit.now)
            guard asIs.trace != nil, !form.words(conditions, at: asIs.entry.at).isEmpty else {
                return .refusal(asIs, asIf: nil, conditions)
            }
            let asIf = try await debugger.judgeAgain(form.reference, asIf: conditions, at: visit.now)
            return .refusal(asIs, asIf: asIf, conditions)
        } catch RefusalFailure.noRefusal {
            throw FieldFault(
                "There is no refusal with this reference. Each is kept until newer ones need its room.", field: "token")
        }
    }
}
