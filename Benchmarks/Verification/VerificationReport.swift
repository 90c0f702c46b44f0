import CountersignJOSE
import Foundation

/// The medians, as text and as JSON.
struct VerificationReport {
    let rounds: Int
    let series: [Series]
    let verifications: [VerificationSubject]

    /// The verifier's cost in addition to the bare check, for one algorithm.
    private struct Addition {
        let algorithm: String
        let bare: Double
        let verifier: Double
        /// The median of the differences within each round.
        let difference: Double
    }

    private var additions: [Addition] {
        verifications.compactMap { subject in
            guard let bare = series.first(where: { $0.name == subject.bareName }),
                let verifier = series.first(where: { $0.name == subject.verifierName })
            else { return nil }
            return Addition(
                algorithm: subject.algorithm.name, bare: bare.median, verifier: verifier.median,
                difference: zip(verifier.rounds, bare.rounds).map { $0 - $1 }.median)
        }
    }

    var text: String {
        var lines = ["CPU time per operation in µs, median of \(rounds) interleaved rounds", ""]
        lines += series.map { Self.left($0.name, 34) + Self.right($0.median) }
        lines += ["", Self.left("verifier against bare", 34) + "   added      ratio"]
        for addition in additions {
            lines.append(
                Self.left(addition.algorithm, 34) + Self.right(addition.difference)
                    + String(format: "     ×%.2f", addition.verifier / addition.bare))
        }
        return lines.joined(separator: "\n")
    }

    var json: JSONObject {
        let operations = series.map { one -> (String, JSONValue) in (one.name, Self.number(one.median)) }
        let verification = additions.map { addition -> JSONValue in
            .object(
                JSONObject([
                    ("algorithm", .string(ExactString(addition.algorithm))), ("bare_us", Self.number(addition.bare)),
                    ("verifier_us", Self.number(addition.verifier)), ("added_us", Self.number(addition.difference)),
                    ("ratio", Self.number(addition.verifier / addition.bare)),
                ]))
        }
        return JSONObject([
            ("rounds", .number(JSONNumber(Int64(rounds)))),
            ("cpu_us_per_operation", .object(JSONObject(operations))),
            ("verification", .array(verification)),
        ])
    }

    private static func number(_ value: Double) -> JSONValue {
        .number(JSONNumber((value * 1000).rounded() / 1000))
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func right(_ value: Double) -> String {
        String(format: "%8.2f", value)
    }
}
