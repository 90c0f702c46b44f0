/// What WSO2 fills in when it starts: `$ref{…}` is a value of the same file, `$env{…}` a variable of the environment. The rest
/// is known to a running WSO2 alone: `$sys{…}`, `$secret{…}` and `${…}`.
struct Placeholders {
    let deployment: Deployment
    let environment: ImportedEnvironment

    /// A text with its placeholders filled in, or the reason why they cannot be.
    enum Outcome: Equatable {
        case same
        /// What was filled in, as a phrase.
        case filled(String, with: [String])
        case unknown(String)
        /// It names variables of the environment that are not to be read.
        case refused([Refusal])
    }

    /// A variable that is not read.
    struct Refusal: Equatable {
        let problem: String
        /// What to do about it; `nil` where nothing helps.
        let remedy: String?
    }

    /// How often a value may lead to another; more is a circle.
    private static let maximumDepth = 8
    /// How many placeholders one text may have, those in the values it leads to included: a few that lead to many would grow
    /// beyond all bounds.
    private static let maximumCount = 64

    func fill(_ text: String) -> Outcome {
        var filling = Filling()
        do throws(Unknown) {
            let filled = try fill(text, depth: 0, &filling)
            guard filling.refusals.isEmpty else { return .refused(filling.refusals) }
            return filling.phrases.isEmpty ? .same : .filled(filled, with: filling.phrases)
        } catch {
            return filling.refusals.isEmpty ? .unknown(error.reason) : .refused(filling.refusals)
        }
    }

    private struct Filling {
        /// What was filled in so far.
        var phrases: [String] = []
        var refusals: [Refusal] = []
        var count: Int { phrases.count + refusals.count }
    }

    private struct Unknown: Error {
        let reason: String
    }

    private func fill(_ text: String, depth: Int, _ filling: inout Filling) throws(Unknown) -> String {
        guard depth <= Self.maximumDepth else { throw Unknown(reason: "its $ref{…} go in a circle") }
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: /\$(ref|env|sys|secret)?\{([^{}]*)\}/) {
            result += rest[..<match.range.lowerBound]
            rest = rest[match.range.upperBound...]
            guard filling.count < Self.maximumCount else {
                throw Unknown(reason: "it has more than \(Self.maximumCount) placeholders")
            }
            let (kind, name) = (match.output.1 ?? "", String(match.output.2))
            switch kind {
            case "ref":
                guard let value = deployment.value(at: name)?.asText else {
                    throw Unknown(reason: "\(match.output.0) leads to nothing in the file")
                }
                filling.phrases.append("\(match.output.0) from the file")
                result += try fill(value, depth: depth + 1, &filling)
            case "env":
                switch environment.look(up: name) {
                case .value(let value):
                    filling.phrases.append("\(match.output.0) from the environment")
                    result += value
                case .unset: throw Unknown(reason: "the variable \(name) of \(match.output.0) is not set here")
                case .notAllowed:
                    filling.refusals.append(
                        Refusal(
                            problem: "\(match.output.0) is not filled in: the environment is not read for a file",
                            remedy: "--allow-env \(ShellCommand.word(name))"))
                case .reserved:
                    filling.refusals.append(
                        Refusal(
                            problem: "\(match.output.0) is never filled in: it is a variable of Countersign's own",
                            remedy: nil))
                }
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
