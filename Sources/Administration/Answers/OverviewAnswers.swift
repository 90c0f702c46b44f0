@_exported import Server

extension OverviewReport {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let period = reader.choice("period", of: FigurePeriod.self)
        reader.require("period")
        reader.require("total")
        at = reader.requiredTime("at")
        self.period = period ?? .standard
        step = .seconds(reader.requiredCount("step_seconds"))
        points = reader.objects("points") { object throws(InvalidDocument) in try OverviewFigures(answer: object) }
        let total = reader.object("total") { object throws(InvalidDocument) in try OverviewFigures(answer: object) }
        live = reader.object("live") { object throws(InvalidDocument) in try Live(answer: object) }
        try reader.finishIgnoringOthers()
        guard let total else { throw InvalidDocument([DocumentFault(.document, "It has no total.")]) }
        self.total = total
    }
}

extension OverviewReport.Live {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        startedAt = reader.requiredTime("started_at")
        let latest = reader.object("latest") { object throws(InvalidDocument) in try OverviewFigures(answer: object) }
        let health = reader.object("health") { object throws(InvalidDocument) in try HealthReport(answer: object) }
        try reader.finishIgnoringOthers()
        guard let latest, let health else {
            throw InvalidDocument([DocumentFault(.document, "It has no latest figures, or no health.")])
        }
        (self.latest, self.health) = (latest, health)
    }
}

extension OverviewFigures {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        at = reader.requiredTime("at")
        (seconds, requests) = (reader.requiredCount("seconds"), reader.requiredCount("requests"))
        (tokens, refused) = (reader.requiredCount("tokens"), reader.requiredCount("refused"))
        replays = reader.requiredCount("replays")
        (rows, commits) = (reader.requiredCount("rows"), reader.requiredCount("commits"))
        keySetReads = reader.requiredCount("key_set_reads")
        failedKeySetReads = reader.requiredCount("failed_key_set_reads")
        median = reader.integer("median_microseconds", in: 0...Int.max, isNullable: true)
        slowest = reader.integer("slowest_microseconds", in: 0...Int.max, isNullable: true)
        let refusals = reader.object("refused_by_code", isNullable: true) ?? [:]
        var counts = DocumentReader(refusals)
        var codes: [String: Int] = [:]
        for member in refusals.members { codes[member.name.text] = counts.requiredCount(member.name.text) }
        self.codes = codes
        try reader.finishIgnoringOthers()
        try counts.finishIgnoringOthers()
    }
}

extension HealthReport {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let algorithm = reader.algorithm("signing_algorithm")
        reader.check(algorithm != nil, "signing_algorithm", "It must be the name of a signature algorithm.")
        nextKeyAt = reader.time("next_key_at", isNullable: true)
        isStoreKnown = true
        storeProblem = reader.text("store_problem", isNullable: true)
        claims = reader.integer("used_assertions", in: 0...Int.max, isNullable: true)
        keySetFindings = reader.integer("key_set_findings", in: 0...Int.max, isNullable: true)
        checkedAt = reader.time("checked_at", isNullable: true)
        isComplete = reader.requiredBoolean("complete")
        attentions = reader.objects("attention") { object throws(InvalidDocument) in try Attention(answer: object) }
        omitted = reader.requiredCount("omitted")
        self.algorithm = algorithm ?? .rs256
        try reader.finishIgnoringOthers()
    }
}

extension Attention {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let grade = Finding.Grade(rawValue: reader.requiredText("grade"))
        reader.check(grade != nil, "grade", "It must be one of ok, warning, problem.")
        text = reader.requiredText("text")
        detail = reader.text("detail", isNullable: true)
        remedy = reader.text("remedy", isNullable: true)
        self.grade = grade ?? .problem
        try reader.finishIgnoringOthers()
    }
}
