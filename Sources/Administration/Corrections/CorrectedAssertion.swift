@_exported import Server

/// A refused assertion as it should be: an example for the client's developer.
///
/// It cannot be sent: it has no signature, and what is new in each assertion is described in words.
package struct CorrectedAssertion: Sendable, Equatable {
    /// The parts that change.
    package let parts: [Part]

    package struct Part: Sendable, Equatable {
        package let name: Name
        /// In the order of the example.
        package let members: [Member]
        /// Whether these are all members that matter; otherwise the rest is not known and stays as it is.
        package let isWhole: Bool

        package enum Name: String, Sendable, CaseIterable {
            case header
            case claims
            case parameters

            package var title: String {
                switch self {
                case .header: "Protected header"
                case .claims: "Claims"
                case .parameters: "Form parameters"
                }
            }
        }
    }

    package struct Member: Sendable, Equatable {
        package let change: Change
        package let name: String
        /// JSON, or the text of a `Placeholder`.
        package let value: String
    }

    package enum Change: String, Sendable, CaseIterable {
        case same
        case removed
        case added
    }

    /// A value that the client makes itself.
    package enum Placeholder: String, Sendable, CaseIterable {
        case clientID = "\"the client’s identifier\""
        case issuer = "\"the issuer that the server’s metadata names\""
        case signingTime = "the time of signing"
        case expiry = "60 seconds after signing"
        case freshName = "\"a fresh one for each request\""
        case notKept = "…"
    }
}

extension CorrectedAssertion.Part {
    /// The part as lines of JSON, each with the change that it shows.
    ///
    /// - Parameter shown: prepares a name or a value, which a stranger can have chosen, for display.
    package func lines(_ shown: (String) -> String) -> [(change: CorrectedAssertion.Change, text: String)] {
        let last = members.last?.name
        var lines = members.map { member in
            let comma = member.name == last && isWhole ? "" : ","
            return (member.change, "  \"\(shown(member.name))\": \(shown(member.value))\(comma)")
        }
        if !isWhole { lines.append((.same, "  … the rest as it is")) }
        return [(.same, "{")] + lines + [(.same, "}")]
    }

    package var json: JSONObject {
        [
            "part": .string(name.rawValue), "complete": .boolean(isWhole),
            "members": .array(
                members.map {
                    .object([
                        "change": .string($0.change.rawValue), "name": .string($0.name), "value": .string($0.value),
                    ])
                }),
        ]
    }

    /// - Parameter answer: as `json` renders it.
    init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let name = reader.choice("part", of: Name.self)
        reader.require("part")
        self.init(
            name: name ?? .claims,
            members: reader.objects("members") { object throws(InvalidDocument) in
                var reader = DocumentReader(object)
                let change = reader.choice("change", of: CorrectedAssertion.Change.self)
                reader.require("change")
                let member = CorrectedAssertion.Member(
                    change: change ?? .same, name: reader.requiredText("name"), value: reader.requiredText("value"))
                try reader.finishIgnoringOthers()
                return member
            },
            isWhole: reader.requiredBoolean("complete"))
        try reader.finishIgnoringOthers()
    }
}

/// What is to change so that a failed rule holds.
package struct Correction: Sendable, Equatable {
    package let rule: Rule
    package let content: Content

    package enum Content: Sendable, Equatable {
        case example(CorrectedAssertion)
        /// Why none can be shown, as a sentence.
        case noExample(String)
    }

    package var json: JSONObject {
        var (example, reason): (JSONValue, JSONValue) = (.null, .null)
        switch content {
        case .example(let corrected): example = .array(corrected.parts.map { .object($0.json) })
        case .noExample(let text): reason = .string(text)
        }
        return ["rule": .number(rule.rawValue), "example": example, "reason": reason]
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let rule = Rule(rawValue: reader.requiredCount("rule"))
        let reason = reader.text("reason", isNullable: true)
        if rule == nil { reader.report("rule", detail: "It must be the number of a rule.") }
        if let reason {
            self.init(rule: rule ?? .structure, content: .noExample(reason))
        } else {
            let parts = reader.objects("example") { object throws(InvalidDocument) in
                try CorrectedAssertion.Part(answer: object)
            }
            self.init(rule: rule ?? .structure, content: .example(CorrectedAssertion(parts: parts)))
        }
        try reader.finishIgnoringOthers()
    }

    init(rule: Rule, content: Content) {
        (self.rule, self.content) = (rule, content)
    }
}
