@_exported import Server

extension ResourceRecord {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        self.init(
            uri: reader.requiredText("resource"), name: reader.requiredText("resource_name"),
            scopes: reader.requiredTexts("scopes"),
            accessTokenFormat: reader.choice("access_token_format", of: AccessTokenFormat.self, isNullable: true),
            accessTokenLifetime: reader.seconds("access_token_lifetime", in: 0...Int.max / 1000, isNullable: true),
            createdAt: reader.requiredTime("created_at"))
        try reader.finishIgnoringOthers()
    }
}

extension InitialAccessToken {
    /// - Parameter answer: as `json(at:token:)` renders it. The token's digest stays at the server.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        self.init(
            id: reader.requiredText("id"), digest: [], note: reader.requiredText("note"),
            scopes: reader.texts("scopes", isNullable: true),
            grants: reader.choices("grant_types", of: GrantType.self, isNullable: true),
            allowsReuse: reader.requiredBoolean("allow_reuse"), maximumUses: reader.requiredCount("maximum_uses"),
            uses: reader.requiredCount("uses"), createdAt: reader.requiredTime("created_at"),
            expiresAt: reader.requiredTime("expires_at"))
        try reader.finishIgnoringOthers()
    }
}

extension ServerKeyAdministration.Details {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let algorithm = reader.algorithm("alg")
        let state = SigningKeyState(rawValue: reader.requiredText("state"))
        reader.require("alg")
        if state == nil { reader.report("state", detail: "It must be one of next, active, retired, withdrawn.") }
        self.init(
            keyID: ExactString(reader.requiredText("kid")), algorithm: algorithm ?? .rs256, state: state ?? .withdrawn,
            createdAt: reader.requiredTime("created_at"), signsFrom: reader.requiredTime("signs_from"),
            publishedUntil: reader.time("published_until", isNullable: true))
        try reader.finishIgnoringOthers()
    }
}

extension AuditEntry {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        // As the audit log stores it: the record of an assertion, or of a request without one.
        var trace = JSONObject()
        if let request = reader.object("request", isNullable: true) {
            trace = ["request": .object(request)]
        } else if let rules = reader.array("rules", isNullable: true) {
            trace = ["assertion": .object(reader.object("assertion", isNullable: true) ?? [:]), "rules": .array(rules)]
        }
        self.init(
            reference: Reference(typed: reader.requiredText("reference")), at: reader.requiredTime("at"),
            clientID: reader.text("client_id", isNullable: true), isProven: reader.requiredBoolean("proven"),
            code: reader.requiredText("code"), endpoint: reader.requiredText("endpoint"),
            remoteAddress: reader.text("remote_address", isNullable: true), trace: JSONValue.object(trace).render())
        try reader.finishIgnoringOthers()
    }
}

extension RefusalAdministration.Details {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let nearMatch = reader.text("near_match", isNullable: true)
        // Servers of earlier versions send none.
        let corrections =
            object["corrected"] == nil
            ? []
            : reader.objects("corrected") { object throws(InvalidDocument) in try Correction(answer: object) }
        try reader.finishIgnoringOthers()
        self.init(entry: try AuditEntry(answer: object), nearMatch: nearMatch, corrections: corrections)
    }
}

extension Finding {
    /// - Parameter answer: as `json(_:)` renders it; the remedy stays worded.
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let grade = Grade(rawValue: reader.requiredText("grade"))
        let check = reader.choice("check", of: Check.self)
        reader.require("check")
        if grade == nil { reader.report("grade", detail: "It must be one of ok, warning, problem.") }
        self.init(
            grade: grade ?? .problem, check: check ?? .files, text: reader.requiredText("text"),
            remedy: reader.text("remedy", isNullable: true).map { .written($0) })
        try reader.finishIgnoringOthers()
    }
}

extension Diagnosis {
    /// - Parameter answer: as `json(_:)` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let findings = reader.objects("findings") { object throws(InvalidDocument) in try Finding(answer: object) }
        self.init(findings, problems: reader.requiredCount("problems"), warnings: reader.requiredCount("warnings"))
        try reader.finishIgnoringOthers()
    }
}
