@_exported import Server

extension Change {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        reader.require("action")
        let action = reader.choice("action", of: ChangeAction.self)
        let at = UnixTime(exactText: reader.requiredText("at"))
        reader.check(at != nil, "at", "It must be a time.")
        let digest = Base64URL.decode(reader.requiredText("digest"))
        reader.check(digest != nil, "digest", "It must be base64url.")
        for name in ["actor", "subject"] { reader.require(name) }
        let actor = reader.object("actor") { object throws(InvalidDocument) in try Actor(answer: object) }
        let subject = reader.object("subject") { object throws(InvalidDocument) in try ChangeSubject(answer: object) }
        self.init(
            number: Int64(reader.requiredCount("number")), at: at ?? .distantPast, actor: actor ?? .unknown,
            action: action ?? .clientChanged, subject: subject ?? .changes,
            before: reader.object("before", isNullable: true), after: reader.object("after", isNullable: true),
            undoes: reader.integer("undoes", in: 1...Int.max, isNullable: true).map { Int64($0) },
            digest: digest ?? [])
        try reader.finishIgnoringOthers()
    }
}

extension ShownChange {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        guard object["problem"] != nil else {
            self = .change(try Change(answer: object))
            return
        }
        var reader = DocumentReader(object)
        self = .unreadable(
            UnreadableChange(
                number: Int64(reader.requiredCount("number")), problem: reader.requiredText("problem"),
                stored: reader.object("stored", isNullable: true)))
        try reader.finishIgnoringOthers()
    }
}

extension ListedChange {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        guard object["problem"] != nil else {
            self = .change(try Change(answer: object))
            return
        }
        var reader = DocumentReader(object)
        self = .unreadable(
            number: Int64(reader.requiredCount("number")), problem: reader.requiredText("problem"))
        try reader.finishIgnoringOthers()
    }
}

extension Actor {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let actor = Actor(
            kindName: reader.requiredText("kind"), id: reader.text("id", isNullable: true),
            name: reader.text("name", isNullable: true), channelName: reader.requiredText("through"))
        if actor == nil { reader.report("kind", detail: "This version does not know such an actor.") }
        self = actor ?? .unknown
        try reader.finishIgnoringOthers()
    }
}

extension ChangeSubject {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        reader.require("kind")
        let kind = reader.choice("kind", of: Kind.self)
        self.init(kind ?? .changes, ExactString(reader.requiredText("id")))
        try reader.finishIgnoringOthers()
    }
}
