import Countersign

/// A check of the answers about people: each must be complete, and no two may have the same code or token.
struct PeopleAnswerCheck: Sendable {
    let kind: RequestKind
    /// The server's published keys, which sign ID tokens.
    let keys: JWKSet
    let client: ClientID

    /// - Returns: one line for each wrong answer.
    func problems(in answers: AnswerLog) -> [String] {
        var problems: [String] = []
        var seen: Set<ExactString> = []
        for position in 0..<answers.count {
            let (request, body) = answers[position]
            do {
                if let secret = try secret(in: body), !seen.insert(secret).inserted {
                    throw WrongAnswer("another answer has the same code or token")
                }
            } catch {
                problems.append("request \(request): \(error): \(String(decoding: body, as: UTF8.self).prefix(200))")
            }
        }
        return problems
    }

    /// - Returns: the value that must be unique.
    private func secret(in body: [UInt8]) throws -> ExactString? {
        switch kind {
        case .authorization:
            let location = String(decoding: body, as: UTF8.self)
            let query = location.split(separator: "?", maxSplits: 1).last ?? ""
            let code = query.split(separator: "&").first { $0.hasPrefix("code=") }
            guard location.hasPrefix(RequestKind.redirectURI), let code else { throw WrongAnswer("no code") }
            return ExactString(String(code))
        case .signIn: return nil
        case .introspection:
            guard case .boolean(true)? = try JSONObject(parsing: body)["active"] else {
                throw WrongAnswer("the token is not active")
            }
            return nil
        case .clientCredentials, .authorizationCode, .refreshToken:
            let answer = try JSONObject(parsing: body)
            guard let token = answer.string("access_token") else { throw WrongAnswer("no access_token") }
            if kind == .authorizationCode, answer.string("refresh_token") == nil {
                throw WrongAnswer("no refresh_token")
            }
            try checkIDToken(answer.string("id_token"))
            return token
        }
    }

    /// OpenID Connect Core §3.1.3.7, as far as all answers have it in common.
    private func checkIDToken(_ token: ExactString?) throws {
        guard let token else { throw WrongAnswer("no id_token") }
        let jws = try CompactJWS(parsing: Array(token.text.utf8))
        let algorithm = jws.header.algorithm
        let key = keys.keys.first { $0.keyID == jws.header.keyID && $0.allowsVerification(with: algorithm) }
        guard let key, key.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm) else {
            throw WrongAnswer("the signature of the ID token is wrong")
        }
        guard try JSONObject(parsing: jws.payload).string("aud") == client.value else {
            throw WrongAnswer("the ID token is for another client")
        }
    }
}
