/// What WSO2 fills in when it starts: `$ref{…}` is a value of the same file, `$env{…}` a variable of the environment. The rest
/// is known to a running WSO2 alone: `$sys{…}`, `$secret{…}` and `${…}`.
struct Placeholders {
    let deployment: Deployment
    let environment: [String: String]

    /// A text with its placeholders filled in, or the reason why they cannot be.
    enum Outcome: Equatable {
        case same
        /// What was filled in, as a phrase.
        case filled(String, with: [String])
        case unknown(String)
    }

    /// How often a value may lead to another; more is a circle.
    private static let maximumDepth = 8
    /// How many placeholders one text may have, those in the values it leads to included: a few that lead to many would grow
    /// beyond all bounds.
    private static let maximumCount = 64

    func fill(_ text: String) -> Outcome {
        var phrases: [String] = []
        do throws(Unknown) {
            let filled = try fill(text, depth: 0, &phrases)
            return phrases.isEmpty ? .same : .filled(filled, with: phrases)
        } catch {
            return .unknown(error.reason)
        }
    }

    private struct Unknown: Error {
        let reason: String
    }

    private func fill(_ text: String, depth: Int, _ phrases: inout [String]) throws(Unknown) -> String {
        guard depth <= Self.maximumDepth else { throw Unknown(reason: "its $ref{…} go in a circle") }
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: /\$(ref|env|sys|secret)?\{([^{}]*)\}/) {
            result += rest[..<match.range.lowerBound]
            rest = rest[match.range.upperBound...]
            guard phrases.count < Self.maximumCount else {
                throw Unknown(reason: "it has more than \(Self.maximumCount) placeholders")
            }
            let (kind, name) = (match.output.1 ?? "", String(match.output.2))
            switch kind {
            case "ref":
                guard let value = deployment.value(at: name)?.asText else {
                    throw Unknown(reason: "\(match.output.0) leads to nothing in the file")
                }
                phrases.append("\(match.output.0) from the file")
                result += try fill(value, depth: depth + 1, &phrases)
            case "env":
                guard let value = environment[name] else {
                    throw Unknown(reason: "the variable \(name) of \(match.output.0) is not set here")
                }
                phrases.append("\(match.output.0) from the environment")
                result += value
            case "secret":
                throw Unknown(reason: "\(match.output.0) is encrypted by WSO2's cipher tool")
            default: throw Unknown(reason: "\(match.output.0) is known to a running WSO2 only")
            }
        }
        return result + rest
    }
}

extension WrittenValue {
    /// A single value as text.
    fileprivate var asText: String? {
        switch self {
        case .word(let text), .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): String(flag)
        case .texts, .other: nil
        }
    }
}
