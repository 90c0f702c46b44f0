import Administration
import Pages

/// The 24 rules with their outcomes, what failed and how to fix it: the values of the template `rules`.
struct RuleTraceContent: Sendable {
    let trace: Trace
    let remedies: OperatorRemedyText
    /// A sentence about a registered client with a similar identifier.
    let nearMatch: String?
    /// Of rules that failed.
    let corrections: [Correction]
    /// The issuer, below which the pages about errors are.
    let issuer: String

    private static let parts: [(title: String, rules: ClosedRange<Int>)] = [
        ("The token, without any key", 1...7), ("Who claims to call", 8...11), ("The proof", 12...16),
        ("The claims", 17...24),
    ]

    var context: [String: Any] {
        let entries = trace.entries
        return [
            "summary": summary, "strip": entries.map(strip),
            "parts": Self.parts.map { part in
                [
                    "id": "part-\(part.rules.lowerBound)", "title": part.title, "first": part.rules.lowerBound,
                    "last": part.rules.upperBound,
                    "rules": entries.filter { part.rules.contains($0.rule.rawValue) }.map(rule),
                ]
            },
        ]
    }

    /// The values of the template `members`: the members of a header, of claims or of both.
    ///
    /// - Parameter room: how many bytes of HTML they may have; the rest is counted.
    static func members(
        _ object: JSONObject, id: String, _ caption: String, room: Int = 12_000
    ) -> [String: Any] {
        var rows: [[String: Any]] = []
        var length = 0
        for member in object.members {
            let name = ShownText.of(member.name.text)
            let value = ShownText.of(text(member.value), limit: 300)
            // A row has 200 bytes of its own.
            length += 200 + ShownText.htmlLength(name + value)
            guard length <= room else { break }
            rows.append(["name": name, "value": value, "words": words(member.name.text, member.value)])
        }
        var context: [String: Any] = ["id": id, "caption": caption, "rows": rows]
        let others = object.members.count - rows.count
        if others > 0 { context["more"] = others == 1 ? "One more is not shown." : "\(others) more are not shown." }
        return context
    }

    private var summary: String {
        func count(_ isCounted: (Trace.Outcome) -> Bool) -> Int { trace.entries.count { isCounted($0.outcome) } }
        let held = count { $0 == .held }
        let failed = count { if case .failed = $0 { true } else { false } }
        let others = trace.entries.count - held - failed
        return "\(held) held, \(failed) failed, \(others) \(others == 1 ? "was" : "were") not asked"
    }

    private func strip(_ entry: Trace.Entry) -> [String: Any] {
        let (state, style) = Self.state(entry.outcome)
        return ["number": entry.rule.rawValue, "state": state.lowercased(), "style": style]
    }

    /// - Returns: the state in words, and the class of the strip's cell.
    private static func state(_ outcome: Trace.Outcome) -> (String, String) {
        switch outcome {
        case .held: ("Held", "")
        case .failed: ("Failed", "failed-rule")
        case .notReached: ("Not asked", "skip-rule")
        case .notChecked: ("Not asked", "skip-rule")
        }
    }

    private func rule(_ entry: Trace.Entry) -> [String: Any] {
        var rule: [String: Any] = [
            "number": entry.rule.rawValue, "state": Self.state(entry.outcome).0, "title": entry.rule.title,
            "is_held": entry.outcome == .held, "is_failed": false,
        ]
        switch entry.outcome {
        case .held: break
        case .notReached: rule["saw"] = "an earlier rule failed"
        case .notChecked(let reason): rule["saw"] = ShownText.of(reason, limit: 500)
        case .failed(let code, let explanation):
            let job = (code == .unknownClient ? nearMatch ?? "" : "") + remedies.sentences(explanation.operatorRemedies)
            rule.merge([
                "is_failed": true, "found": ShownText.of(explanation.found, limit: 2048),
                "expected": ShownText.of(explanation.expected, limit: 2048),
                "client_remedy": ShownText.of(explanation.clientRemedy, limit: 2048),
                "operator_remedy": ShownText.of(job, limit: 2048), "source": entry.rule.source, "code": code.rawValue,
                "about": issuer + "/errors/" + code.rawValue,
            ]) { $1 }
            switch corrections.first(where: { $0.rule == entry.rule })?.content {
            case .example(let corrected)?: rule["examples"] = corrected.parts.map(Self.example)
            case .noExample(let reason)?: rule["no_example"] = reason
            case nil: break
            }
        }
        return rule
    }

    private static func example(_ part: CorrectedAssertion.Part) -> [String: Any] {
        let lines = part.lines { ShownText.of($0, limit: 300, room: roomOfValue) }
        return [
            "title": part.name.title,
            "lines": lines.map { change, text in
                [
                    "is_same": change == .same, "is_removed": change == .removed, "is_added": change == .added,
                    "text": text,
                ]
            },
        ]
    }

    /// In bytes of HTML: a debugger's page can have an example for each of many rules.
    private static let roomOfValue = 360

    private static func text(_ value: JSONValue) -> String {
        if case .string(let text) = value { text.text } else { value.render() }
    }

    /// What a member of the assertion means.
    private static func words(_ name: String, _ value: JSONValue) -> String {
        switch name {
        case "alg": return "how it is signed"
        case "typ": return "what kind of token it is"
        case "kid": return "the name of the key it is signed with"
        case "x5t", "x5t#S256": return "the thumbprint of the key's certificate"
        case "iss", "sub": return "the client"
        case "aud": return "the server it is for"
        case "jti": return "a name that is used once"
        case "iat", "nbf", "exp":
            guard case .number(let number) = value, let seconds = Int64(exactly: number.double.rounded(.down)) else {
                return "not a time"
            }
            return UnixTime(seconds: seconds).text
        default: return ""
        }
    }
}
