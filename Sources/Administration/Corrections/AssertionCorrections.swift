@_exported import Server

/// Finds what is to change in a refused assertion, from its trace and what is kept of it.
package struct AssertionCorrections: Sendable {
    private let clients: StoredClients
    private let issuer: String?

    /// - Parameter issuer: `nil` if it is not known, as for a command that works on a store.
    package init(_ store: any Store, _ settings: ServerSettings = ServerSettings(), issuer: String? = nil) {
        clients = StoredClients(store, settings)
        self.issuer = issuer
    }

    /// Returns what is to change for each rule that failed.
    ///
    /// - Parameters:
    ///   - facts: what a `TraceRecord` keeps.
    ///   - client: that the caller claims to be, if `facts` have none.
    ///   - now: a corrected header names a key that is in force then.
    package func corrections(
        of trace: Trace, _ facts: JSONObject, client: String?, at now: UnixTime
    ) async throws(StoreError) -> [Correction] {
        let failures = trace.entries.compactMap { entry in
            if case .failed(_, let explanation) = entry.outcome { (entry.rule, explanation) } else { nil }
        }
        guard !failures.isEmpty else { return [] }
        let id = (facts.string("sub")?.text ?? client).map { ClientID($0) }
        var finding: StoredClients.Finding?
        if let id { finding = try await clients.find(id, at: now) }
        return failures.map { rule, explanation in
            let failed = FailedRule(
                rule: rule, explanation: explanation, facts: facts, issuer: issuer, finding: finding, now: now)
            return Correction(rule: rule, content: failed.correction)
        }
    }
}

/// A rule that failed, with what the correction depends on.
private struct FailedRule {
    let rule: Rule
    let explanation: RejectionExplanation
    let facts: JSONObject
    let issuer: String?
    let finding: StoredClients.Finding?
    let now: UnixTime

    typealias Placeholder = CorrectedAssertion.Placeholder
    /// New values by name; `nil` for what is left out.
    typealias Changes = [String: String?]

    private static let newTimes: Changes = [
        "iat": Placeholder.signingTime.rawValue, "exp": Placeholder.expiry.rawValue,
    ]

    var correction: Correction.Content {
        switch rule {
        case .structure, .encoding:
            .noExample(
                "Nothing of what was sent could be read as an assertion, so none of it is kept. It has the form "
                    + "header.claims.signature, each part in base64url.")
        case .json: .noExample("The header and the claims could not both be read, so neither is kept.")
        case .untrustedHeader: .noExample("jwk, jku, x5u and x5c are ignored, so they may be left out or stay.")
        case .registeredClient:
            .noExample("The assertion can be right as it is: what is registered under its client ID decides.")
        case .keySetRefresh: .noExample("The assertion can be right as it is: the client’s key set could not be read.")
        case .signature:
            .noExample(
                "The header and the claims can stay as they are: they have to be signed again, with the private half of "
                    + "a registered key.")
        case .algorithm, .registeredAlgorithm, .candidateKeys, .candidateCount, .certificateValidity: signed
        case .criticalHeader: example(.header, Self.header, ["crit": nil, "b64": nil])
        case .type: typed
        case .clientIDParameter: parameters
        case .issuerAndSubject: example(.claims, Self.claims, names)
        case .audience: explanation.isAboutTyping ? typed : example(.claims, Self.claims, ["aud": audience])
        case .expiry:
            example(.claims, Self.claims, facts["exp"] == nil ? ["exp": Placeholder.expiry.rawValue] : Self.newTimes)
        case .lifetime, .issuedInFuture, .age: example(.claims, Self.claims, Self.newTimes)
        case .notBefore: example(.claims, Self.claims, Self.newTimes.merging(["nbf": nil]) { $1 })
        case .jwtID, .replay: example(.claims, Self.claims, ["jti": Placeholder.freshName.rawValue])
        }
    }

    private var typed: Correction.Content {
        example(.header, Self.header, ["typ": JSONValue.string("client-authentication+jwt").render()])
    }

    private var audience: String { issuer.map { JSONValue.string($0).render() } ?? Placeholder.issuer.rawValue }

    /// Rule 8: one of both names is kept if it can be the client's.
    private var names: Changes {
        func usable(_ name: String) -> String? {
            guard case .string(let text)? = facts[name], !text.text.isEmpty, !TraceRecord.isShortened(.string(text))
            else { return nil }
            return JSONValue.string(text).render()
        }
        switch (usable("iss"), usable("sub")) {
        case (_, let sub?): return ["iss": sub]
        case (let iss?, nil): return ["sub": iss]
        case (nil, nil): return ["iss": Placeholder.clientID.rawValue, "sub": Placeholder.clientID.rawValue]
        }
    }

    /// Rule 9.
    private var parameters: Correction.Content {
        let sub = facts["sub"]?.render() ?? Placeholder.clientID.rawValue
        return .example(
            CorrectedAssertion(parts: [
                .init(
                    name: .parameters,
                    members: [
                        .init(change: .removed, name: "client_id", value: explanation.quotedValue),
                        .init(change: .added, name: "client_id", value: sub),
                    ], isWhole: false)
            ]))
    }
}

// MARK: The header

extension FailedRule {
    /// Rules 4, 11, 12, 14 and 16: a header that names a key in force and an algorithm that it permits.
    private var signed: Correction.Content {
        guard let client = finding?.client else {
            // Rule 4 depends on no client, and a caller need not have named one.
            return rule == .algorithm ? algorithm("ES256") : .noExample(withoutClient)
        }
        let sent = facts.string("alg").flatMap { SignatureAlgorithm(name: $0) }
        guard client.keyProblem == nil,
            let permitted = PermittedSignature(
                of: client, preferring: sent, keyID: facts.string("kid")?.text, at: now)
        else { return rule == .algorithm ? algorithm(registered(client)) : .noExample(withoutKey) }
        guard rule != .certificateValidity || permitted.key.isCertificateValid(at: now) else {
            return .noExample("The client has no other key in force: its certificate has to be renewed.")
        }
        guard rule != .algorithm else { return algorithm(permitted.algorithm.name) }
        let kid = JSONValue.string(permitted.keyID).render()
        var changes: Changes = ["kid": kid]
        if sent != permitted.algorithm { changes["alg"] = JSONValue.string(permitted.algorithm.name).render() }
        for (name, thumbprint) in [
            ("x5t", permitted.key.certificate?.thumbprintSHA1),
            ("x5t#S256", permitted.key.certificate?.thumbprintSHA256),
        ] where facts[name] != nil && facts.string(name) != thumbprint {
            changes.updateValue(nil, forKey: name)
        }
        return example(.header, Self.header, changes)
    }

    private func algorithm(_ name: String) -> Correction.Content {
        example(.header, Self.header, ["alg": JSONValue.string(name).render()])
    }

    private func registered(_ client: RegisteredClient) -> String {
        (client.options.signingAlgorithm ?? .es256).name
    }

    private var withoutClient: String {
        finding?.fetch == nil
            ? "The client is not registered any more, so no key is known that its header could name."
            : "The client’s metadata document is not stored, so its keys are not known here."
    }

    private var withoutKey: String {
        finding?.fetch == nil
            ? "The client has no key in force that its registration permits, so no header is accepted: register its public "
                + "key first."
            : "The client’s key set is not stored, or has no key that its registration permits."
    }
}

// MARK: The example

extension FailedRule {
    private static let header = TraceRecord.headerParameters + ["crit", "b64"]
    private static let claims = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"]

    private func example(
        _ part: CorrectedAssertion.Part.Name, _ names: [String], _ changes: Changes
    ) -> Correction.Content {
        var members: [CorrectedAssertion.Member] = []
        for name in names {
            let old = facts[name]?.render() ?? unkept(name)
            guard let new = changes[name] else {
                if let old { members.append(.init(change: .same, name: name, value: old)) }
                continue
            }
            guard old != new else {
                members += new.map { [.init(change: .same, name: name, value: $0)] } ?? []
                continue
            }
            if let old { members.append(.init(change: .removed, name: name, value: old)) }
            if let new { members.append(.init(change: .added, name: name, value: new)) }
        }
        guard members.contains(where: { $0.change != .same }) else {
            return .noExample("The registration has changed since: the assertion can be right as it is.")
        }
        // Of an assertion that rules 4 and 5 refuse, nothing is kept.
        return .example(
            CorrectedAssertion(parts: [.init(name: part, members: members, isWhole: !facts.members.isEmpty)]))
    }

    /// The value that rules 4 and 5 found, of whose header nothing else is kept.
    private func unkept(_ name: String) -> String? {
        switch (rule, name) {
        case (.algorithm, "alg"):
            switch explanation.found {
            case "no alg": nil
            case "not a string": Placeholder.notKept.rawValue
            default: explanation.quotedValue
            }
        case (.criticalHeader, "crit"), (.criticalHeader, "b64"):
            // `b64` works only with `crit` (RFC 7797 §6), so where `crit` was found the other can have been sent, too.
            name == "crit" && explanation.quotedName != "crit" ? nil : Placeholder.notKept.rawValue
        default: nil
        }
    }
}

extension RejectionExplanation {
    /// Rule 17 also requires `typ`, if the client or the server asks for it.
    fileprivate var isAboutTyping: Bool { expected == "client-authentication+jwt" }

    /// What was found, without its quotation marks.
    fileprivate var quotedName: String {
        found.count > 1 && found.hasPrefix("'") && found.hasSuffix("'") ? String(found.dropFirst().dropLast()) : found
    }

    fileprivate var quotedValue: String { JSONValue.string(quotedName).render() }
}
