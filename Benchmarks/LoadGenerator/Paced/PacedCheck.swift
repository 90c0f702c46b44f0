import Countersign

/// A check of all answers of a paced run, made after the measurement.
struct PacedCheck: Sendable {
    private let tokens: AnswerCheck

    /// - Parameters:
    ///   - keys: the server's published keys.
    ///   - begun: a time before the first request was sent.
    init(_ plan: AssertionPlan, keys: JWKSet, begun: UnixTime) {
        // The server's clock may differ slightly from ours.
        let margin = Duration.seconds(2)
        tokens = AnswerCheck(
            expected: .jwt(keys: keys, issuer: plan.issuer, from: begun - margin, to: .now + margin), plan: plan)
    }

    /// - Throws: an error that names the wrong and missing answers, if any.
    func require(_ result: PacedResult) async throws {
        let problems = result.failures + refusals(result.refusals) + (await tokens.problems(in: result.tokens))
        let bad = problems.count + result.unanswered
        guard bad == 0 else {
            let shown = problems.prefix(5).joined(separator: "\n")
            throw LoadError.failed("\(bad) of \(result.sent) answers are wrong or missing:\n\(shown)")
        }
    }

    /// RFC 6749 §5.2: every refusal must be `invalid_client`.
    private func refusals(_ answers: AnswerLog) -> [String] {
        (0..<answers.count).compactMap { position in
            let (request, body) = answers[position]
            guard (try? JSONObject(parsing: body))?.string("error") != "invalid_client" else { return nil }
            return "request \(request): not invalid_client: \(String(decoding: body, as: UTF8.self).prefix(200))"
        }
    }
}
