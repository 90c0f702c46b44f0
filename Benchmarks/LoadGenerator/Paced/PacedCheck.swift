import Countersign

/// Looks at everything that a paced run has brought, when the clock has stopped.
struct PacedCheck: Sendable {
    private let tokens: AnswerCheck

    /// - Parameters:
    ///   - keys: what the server says it signs tokens with.
    ///   - begun: before the first request was sent.
    init(_ plan: AssertionPlan, keys: JWKSet, begun: UnixTime) {
        // A server's clock may be read a moment before or after ours.
        let margin = Duration.seconds(2)
        tokens = AnswerCheck(
            expected: .jwt(keys: keys, issuer: plan.issuer, from: begun - margin, to: .now + margin), plan: plan)
    }

    /// - Throws: where an answer is wrong or missing; says which.
    func require(_ result: PacedResult) async throws {
        let problems = result.failures + refusals(result.refusals) + (await tokens.problems(in: result.tokens))
        let bad = problems.count + result.unanswered
        guard bad == 0 else {
            let shown = problems.prefix(5).joined(separator: "\n")
            throw LoadError.failed("\(bad) of \(result.sent) answers are wrong or missing:\n\(shown)")
        }
    }

    /// RFC 6749 §5.2: the client was not believed, and for no other reason was it refused.
    private func refusals(_ answers: AnswerLog) -> [String] {
        (0..<answers.count).compactMap { position in
            let (request, body) = answers[position]
            guard (try? JSONObject(parsing: body))?.string("error") != "invalid_client" else { return nil }
            return "request \(request): not invalid_client: \(String(decoding: body, as: UTF8.self).prefix(200))"
        }
    }
}
