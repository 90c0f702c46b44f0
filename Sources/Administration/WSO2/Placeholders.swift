/// The placeholders that WSO2 fills in when it starts: `$ref{…}` is a value of the same file, `$env{…}` an environment variable.
/// Only a running WSO2 knows `$sys{…}`, `$secret{…}` and `${…}`.
package struct Placeholders {
    let deployment: Deployment
    /// The environment variables that the file may use. Its values become configuration, and audiences are disclosed to clients.
    let allowed: Set<String>
    let variables: [String: String]

    package init(_ deployment: Deployment, allowed: Set<String>, variables: [String: String]) {
        self.deployment = deployment
        self.allowed = allowed
        self.variables = variables
    }

    /// The result of filling in a text's placeholders.
    package enum Outcome: Equatable {
        case unchanged
        /// - Parameter with: the sources, as phrases.
        case filled(String, with: [String])
        case unknown(String)
        /// The text names environment variables that must not be read.
        case refused([Refusal])
    }

    /// A variable that is not read.
    package enum Refusal: Equatable {
        case notAllowed(String)
        /// A variable of Countersign's own, such as the master key, which cannot be allowed.
        case reserved(String)

        package var phrase: String {
            switch self {
            case .notAllowed(let name): "$env{\(name)} is not filled in: the environment is not read for a file"
            case .reserved(let name): "$env{\(name)} is never filled in: it is a variable of Countersign's own"
            }
        }
    }

    package static func isReserved(_ variable: String) -> Bool { variable.uppercased().hasPrefix("COUNTERSIGN_") }

    /// The longest chain of references; a longer one is a cycle.
    private static let maximumDepth = 8
    /// The maximum number of placeholders in one text and the values it refers to. Without it, the text could grow exponentially.
    private static let maximumCount = 64

    package func fill(_ text: String) -> Outcome {
        var substitution = Substitution()
        do throws(Unknown) {
            let filled = try fill(text, depth: 0, &substitution)
            guard substitution.refusals.isEmpty else { return .refused(substitution.refusals) }
            return substitution.phrases.isEmpty ? .unchanged : .filled(filled, with: substitution.phrases)
        } catch {
            return substitution.refusals.isEmpty ? .unknown(error.reason) : .refused(substitution.refusals)
        }
    }

    private struct Substitution {
        var phrases: [String] = []
        var refusals: [Refusal] = []
        var count: Int { phrases.count + refusals.count }
    }

    private struct Unknown: Error {
        let reason: String
    }

    private func fill(_ text: String, depth: Int, _ substitution: inout Substitution) throws(Unknown) -> String {
        guard depth <= Self.maximumDepth else { throw Unknown(reason: "its $ref{…} form a cycle") }
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: /\$(ref|env|sys|secret)?\{([^{}]*)\}/) {
            result += rest[..<match.range.lowerBound]
            rest = rest[match.range.upperBound...]
            guard substitution.count < Self.maximumCount else {
                throw Unknown(reason: "it has more than \(Self.maximumCount) placeholders")
            }
            let (kind, name) = (match.output.1 ?? "", String(match.output.2))
            switch kind {
            case "ref":
                guard let value = deployment.value(at: name)?.scalar else {
                    throw Unknown(reason: "\(match.output.0) refers to nothing in the file")
                }
                substitution.phrases.append("\(match.output.0) from the file")
                result += try fill(value, depth: depth + 1, &substitution)
            case "env":
                if Self.isReserved(name) {
                    substitution.refusals.append(.reserved(name))
                } else if !allowed.contains(name) {
                    substitution.refusals.append(.notAllowed(name))
                } else if let value = variables[name] {
                    substitution.phrases.append("\(match.output.0) from the environment")
                    result += value
                } else {
                    throw Unknown(reason: "the variable \(name) of \(match.output.0) is not set here")
                }
            case "secret":
                throw Unknown(reason: "\(match.output.0) is encrypted by WSO2's cipher tool")
            default: throw Unknown(reason: "\(match.output.0) is known to a running WSO2 only")
            }
        }
        return result + rest
    }
}
