import Countersign
import Foundation

/// A check of every answer of a run, made after the measurement.
struct AnswerCheck: Sendable {
    let expected: TokenExpectation
    let plan: AssertionPlan

    /// - Returns: one line for each wrong answer.
    func problems(in answers: AnswerLog) async -> [String] {
        let workers = ProcessInfo.processInfo.activeProcessorCount
        let share = (answers.count + workers - 1) / workers
        var problems: [String] = []
        var seen: Set<ExactString> = []
        seen.reserveCapacity(answers.count)
        await withTaskGroup(of: Part.self) { group in
            for worker in 0..<workers {
                let range = min(worker * share, answers.count)..<min((worker + 1) * share, answers.count)
                group.addTask { check(answers, range) }
            }
            for await part in group {
                problems += part.problems
                for identifier in part.identifiers where !seen.insert(identifier).inserted {
                    problems.append("two answers have the same token: \(identifier.text.prefix(43))")
                }
            }
        }
        return problems
    }

    private struct Part: Sendable {
        var problems: [String] = []
        /// The values that must be unique among tokens.
        var identifiers: [ExactString] = []
    }

    private func check(_ answers: AnswerLog, _ range: Range<Int>) -> Part {
        var part = Part()
        for position in range {
            let (request, body) = answers[position]
            do {
                part.identifiers.append(try check(body, client: plan.client(request)))
            } catch {
                let answer = String(decoding: body, as: UTF8.self).prefix(200)
                part.problems.append("request \(request): \(error): \(answer)")
            }
        }
        return part
    }

    /// RFC 6749 §5.1.
    ///
    /// - Returns: the value that must be unique among tokens.
    private func check(_ body: [UInt8], client: ClientID) throws -> ExactString {
        let answer = try JSONObject(parsing: body)
        guard answer.string("token_type")?.text.lowercased() == "bearer" else {
            throw WrongAnswer("token_type is not Bearer")
        }
        guard case .number(let lifetime)? = answer["expires_in"], let seconds = lifetime.integer, seconds > 0 else {
            throw WrongAnswer("expires_in is not a positive number of seconds")
        }
        // RFC 6749 §5.1: the scope may be omitted if it equals the requested one.
        guard answer.string("scope")?.text == TokenRequest.scope || !expected.isOurs else {
            throw WrongAnswer("scope is not \(TokenRequest.scope)")
        }
        guard let token = answer.string("access_token") else { throw WrongAnswer("no access_token") }
        return try expected.check(token, client: client, lifetime: seconds)
    }
}

/// The defect of an answer.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
