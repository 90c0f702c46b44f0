import Administration

/// `/assertions/inspect`: judges an assertion as the token endpoint would, without using it up, or a refusal again. It writes nothing. An assertion needs
/// `admin.write`, because it can still be valid, so that it is a credential; a refusal's reference is not. The limits are those of the console's
/// debugger, too.
struct AssertionEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] { [.post("/assertions/inspect", needs: .read, inspect)] }

    private func inspect(_ request: AdminRequest) async throws -> AdminResponse {
        var reader = DocumentReader(try request.object())
        let (assertion, reference) = (reader.text("client_assertion"), reader.text("reference"))
        if reference == nil {
            try request.require(
                .write,
                because:
                    "an assertion that is still valid is a credential. The reference of a refusal needs no more than reading"
            )
        }
        reader.check(
            (assertion == nil) != (reference == nil), "client_assertion", "Send either client_assertion or reference.")
        reader.check(
            reference.map { (1...64).contains($0.utf8.count) } ?? true, "reference", "It must have 1 to 64 bytes.")
        var conditions = AssertionConditions()
        conditions.time = reader.time("at")
        conditions.profile = reader.choice("audience_profile", of: AudienceProfile.self)
        conditions.requiresTyping = reader.boolean("require_explicit_typing")
        let keys = reader.object("keys")
        let name = reader.text("registered_key")
        reader.check(
            name.map { (1...255).contains($0.utf8.count) } ?? true, "registered_key", "It must have 1 to 255 bytes.")
        reader.check(keys == nil || name == nil, "registered_key", "It cannot be used with keys.")
        try reader.finish()
        if let keys {
            let document = try ClientKeyDocument(keys, at: JSONPointer.document.appending("keys"))
            conditions.keys = .given(AssertionConditions.keys(document.keys))
        } else if let name {
            conditions.keys = .registered(name)
        }
        do {
            let subject = reference.map { InspectionSubject.refusal($0) } ?? .assertion(Array((assertion ?? "").utf8))
            let report = try await services.inspections.run(for: request.caller.asker, at: request.now) {
                [conditions] in
                try await $0.inspect(subject, asIf: conditions, at: request.now)
            }
            return .document(report.json)
        } catch let refusal as AssertionInspections.Refusal {
            throw Problem(
                .tooManyInspections, refusal.detail,
                headers: ["Retry-After": String(AssertionInspections.pause)])
        }
    }
}
