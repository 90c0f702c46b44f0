import CountersignClient
import Pages

/// Requests, answers and checks as templates show them.
extension Playground {
    func sent(_ request: SentRequest) -> [String: Any] {
        [
            "masked": request.text(isMasked: true), "full": request.text(isMasked: false), "curl": request.curl,
            "host": request.address.parts.authority,
        ]
    }

    func context(of exchange: Exchange) -> [String: Any] {
        var context: [String: Any] = [
            "title": exchange.title, "lesson": exchange.lesson, "request": sent(exchange.request),
            "status": exchange.statusText, "at": String(exchange.at.text.dropFirst(11).prefix(8)),
        ]
        switch exchange.outcome {
        case .failed(let sentence): context["failure"] = ShownText.of(sentence, limit: 500)
        case .answered(let answer):
            var shown: [String: Any] = [
                "masked": answer.text(isMasked: true), "is_ok": answer.isSuccess, "has_secrets": answer.hasSecrets,
                "full": answer.text(isMasked: false),
            ]
            if !answer.isSuccess { shown["refusal"] = refusal(answer) }
            context["answer"] = shown
        }
        if let explanation = exchange.explanation {
            context["trace"] = ["checks": explanation.rows, "count": String(explanation.trace.entries.count)]
        } else if exchange.answer?.text("reference") != nil {
            context["has_no_trace"] = true
        }
        return context
    }

    private func refusal(_ answer: Answer) -> [String: Any] {
        var context: [String: Any] = ["code": ShownText.of(answer.text("error") ?? "no error code")]
        if let text = answer.text("error_description") { context["text"] = ShownText.of(text, limit: 1000) }
        if let uri = answer.text("error_uri"), uri.hasPrefix("https://") || uri.hasPrefix(server.issuer + "/") {
            context["page"] = uri
        }
        if let reference = answer.text("reference") { context["reference"] = ShownText.of(reference) }
        return context
    }
}

extension Exchange {
    var statusText: String { answer.map { String($0.status) } ?? "no answer" }
}

extension [Check] {
    /// The rows of the template `checks`.
    var rows: [[String: Any]] {
        enumerated().map { index, check in
            var row: [String: Any] = [
                "number": String(index + 1), "title": check.title, "source": check.source,
            ]
            switch check.outcome {
            case .held: row["held"] = true
            case .failed: row["failed"] = true
            case .notMade(let reason):
                row["other"] = "Not asked"
                row["facts"] = [["name": "Reason", "value": reason]]
            }
            if check.outcome == .held || check.outcome == .failed, !check.expected.isEmpty {
                row["facts"] = [
                    ["name": "Expected", "value": ShownText.of(check.expected, limit: 300)],
                    ["name": "Found", "value": ShownText.of(check.found, limit: 300)],
                ]
            }
            return row
        }
    }
}

extension RefusalExplanation {
    /// The 24 rules, as the rows of the template `checks`.
    var rows: [[String: Any]] {
        trace.entries.map { entry in
            var row: [String: Any] = [
                "number": String(entry.rule.rawValue), "title": entry.rule.title, "source": entry.rule.source,
            ]
            switch entry.outcome {
            case .held: row["held"] = true
            case .notReached: row["other"] = "Not reached"
            case .notChecked(let reason):
                row["other"] = "Not asked"
                row["facts"] = [["name": "Reason", "value": reason]]
            case .failed(_, let explanation):
                row["failed"] = true
                var facts = [
                    ["name": "Expected", "value": ShownText.of(explanation.expected, limit: 500)],
                    ["name": "Found", "value": ShownText.of(explanation.found, limit: 500)],
                    ["name": "The client", "value": ShownText.of(explanation.clientRemedy, limit: 500)],
                ]
                if let operatorRemedy { facts.append(["name": "The operator", "value": operatorRemedy]) }
                row["facts"] = facts
            }
            return row
        }
    }
}

extension DecodedToken {
    /// The values of the template `jwt`.
    ///
    /// - Parameters:
    ///   - id: the beginning of the identifiers in the page.
    ///   - name: for people, such as *The ID token*.
    func context(_ token: String, as kind: TokenKind, _ id: String, _ name: String, at now: UnixTime) -> [String: Any] {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        func rows(_ members: [Member]) -> [[String: String]] {
            members.map {
                ["name": ShownText.of($0.name), "value": ShownText.of($0.value, limit: 400), "meaning": $0.meaning]
            }
        }
        return [
            "id": id, "name": name, "first": parts.first ?? "", "second": parts.dropFirst().first ?? "",
            "third": parts.last ?? "", "header": rows(header(as: kind)), "claims": rows(claims(as: kind, at: now)),
            "is_open": kind == .assertion, "bytes": "\(jws.signature.count) bytes",
            "signature": Secret.masked(parts.last ?? ""),
        ]
    }
}

extension IDTokenReport {
    func context(at now: UnixTime) -> [String: Any] {
        var context: [String: Any] = [
            "checks": checks.rows, "is_valid": isValid, "is_invalid": !isValid,
            "failed": checks.filter { $0.outcome == .failed }.count,
        ]
        if let decoded { context["jwt"] = decoded.context(token, as: .idToken, "id-token", "The ID token", at: now) }
        return context
    }
}
