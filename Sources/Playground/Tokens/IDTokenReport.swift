import CountersignClient
import HTTP

/// An ID token with the checks that a client makes before it believes it (OpenID Connect Core §3.1.3.7).
struct IDTokenReport: Sendable {
    let token: String
    /// `nil` if it cannot be parsed.
    let decoded: DecodedToken?
    let checks: [Check]

    var isValid: Bool { checks.allSatisfy { $0.outcome != .failed } }
}

/// What an ID token is compared with.
struct IDTokenExpectations: Sendable {
    /// The clocks of client and server may differ by this much.
    static let clockSkew: Duration = .seconds(60)

    let issuer: String
    let clientID: ClientID
    let algorithms: [String]
    /// Of the authorization request; `nil` after a refresh, where the server need not repeat it.
    let nonce: String?
    let accessToken: String
    /// After a refresh: the person of the first ID token (§12.2).
    var subject: String?
    /// The server's published keys, or why they could not be read.
    let keys: Result<[JWK], TokenClientError>

    func report(on token: String, at now: UnixTime) -> IDTokenReport {
        let source = "RFC 7515 §7.1"
        do throws(JWSError) {
            let jws = try CompactJWS(parsing: Array(token.utf8))
            guard let decoded = DecodedToken(token) else {
                let check = Check.that(
                    false, "the claims are a JSON object", "RFC 7519 §7.2", expected: "one JSON object",
                    found: "other bytes")
                return IDTokenReport(token: token, decoded: nil, checks: [check])
            }
            let form = Check.that(
                true, "three parts in strict base64url", source, expected: "3 parts", found: "3 parts")
            return IDTokenReport(
                token: token, decoded: decoded,
                checks: [form] + signature(jws) + claims(decoded, at: now) + binding(decoded))
        } catch {
            let form = Check.that(
                false, "three parts in strict base64url", source, expected: "a JWS", found: error.phrase)
            return IDTokenReport(token: token, decoded: nil, checks: [form])
        }
    }

    private func signature(_ jws: CompactJWS) -> [Check] {
        let algorithm = jws.header.algorithm
        let allowed = Check.that(
            algorithms.contains { algorithm.names.contains($0) }, "alg is one that the server announced",
            "§3.1.3.7 (7)", expected: algorithms.joined(separator: ", "), found: algorithm.name)
        let (title, source) = ("the signature verifies with a published key", "§3.1.3.7 (6)")
        switch keys {
        case .failure(let error):
            return [
                allowed,
                .that(false, title, source, expected: "keys at the server's jwks_uri", found: error.message),
            ]
        case .success(let keys):
            let candidates = keys.filter { key in
                (jws.header.keyID == nil || key.keyID == jws.header.keyID)
                    && (key.algorithm ?? algorithm) == algorithm
            }
            let isValid = candidates.contains { key in
                key.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm)
            }
            let name = jws.header.keyID?.text ?? "without kid"
            let found =
                isValid
                ? "verified with the key \(name)"
                : candidates.isEmpty ? "no key \(name) is published" : "the key \(name) does not verify it"
            return [
                allowed, .that(isValid, title, source, expected: "a valid \(algorithm.name) signature", found: found),
            ]
        }
    }

    private func claims(_ token: DecodedToken, at now: UnixTime) -> [Check] {
        let claims = token.claims
        let audiences = Self.audiences(claims)
        var checks = [
            Check.equal("iss is the issuer", "§3.1.3.7 (2)", expected: issuer, found: claims.string("iss")?.text),
            .that(
                audiences.contains(clientID.value), "aud has this client", "§3.1.3.7 (3)", expected: clientID.text,
                found: audiences.isEmpty ? "nothing" : audiences.map(\.text).joined(separator: ", ")),
        ]
        let party = claims.string("azp")?.text
        if audiences.count > 1 || party != nil {
            checks.append(
                .equal("azp is this client", "§3.1.3.7 (4), (5)", expected: clientID.text, found: party))
        } else {
            checks.append(.skipped("azp is this client", "§3.1.3.7 (4), (5)", because: "there is one audience only"))
        }
        let (expiry, issued) = (Self.time("exp", claims), Self.time("iat", claims))
        checks.append(
            .that(
                expiry.map { now < $0 + Self.clockSkew } ?? false, "exp has not passed", "§3.1.3.7 (9)",
                expected: "later than \(now.text)", found: expiry?.text ?? "nothing"))
        checks.append(
            .that(
                issued.map { $0 < now + Self.clockSkew } ?? false, "iat is not in the future", "§3.1.3.7 (10)",
                expected: "at most \(now.text)", found: issued?.text ?? "nothing"))
        return checks
    }

    /// What binds the token to this sign-in and to the access token beside it.
    private func binding(_ token: DecodedToken) -> [Check] {
        let claims = token.claims
        var checks: [Check] = []
        let found = claims.string("nonce")?.text
        if let nonce {
            checks.append(.equal("nonce is the one that was sent", "§3.1.3.7 (11)", expected: nonce, found: found))
        } else {
            checks.append(
                .skipped("nonce is the one that was sent", "§12.2", because: "the token is from a refresh"))
        }
        if let hash = claims.string("at_hash")?.text {
            let expected = String(
                decoding: IDTokens.hash(of: Array(accessToken.utf8), token.jws.header.algorithm), as: UTF8.self)
            checks.append(
                .equal("at_hash is that of the access token", "§3.1.3.8", expected: expected, found: hash))
        } else {
            checks.append(
                .skipped("at_hash is that of the access token", "§3.1.3.8", because: "the server did not send it"))
        }
        if let subject {
            checks.append(
                .equal("sub is the person from before", "§12.2", expected: subject, found: claims.string("sub")?.text))
        }
        return checks
    }

    private static func audiences(_ claims: JSONObject) -> [ExactString] {
        switch claims["aud"] {
        case .some(.string(let audience)): [audience]
        case .some(.array(let elements)): elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        default: []
        }
    }

    private static func time(_ name: String, _ claims: JSONObject) -> UnixTime? {
        guard case .number(let number)? = claims[name] else { return nil }
        return UnixTime(numericDate: number.double)
    }
}
