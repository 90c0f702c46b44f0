/// Rule 15, RFC 7523 §3 (9): one of the candidate keys made the signature.
enum SignatureRule {
    /// - Parameter rateLimit: limits the cost of a flood of failing signatures; `nil` tries every candidate.
    static func check(
        _ jws: CompactJWS, with candidates: [ClientKey], of id: ClientID, _ rateLimit: MultiKeyRateLimit?,
        at now: UnixTime
    ) throws(Rejection) -> ClientKey {
        guard let rateLimit, candidates.count > 1 else { return try check(jws, with: candidates, untried: 0) }
        let tried = rateLimit.keys(candidates, of: id, at: now)
        do {
            let key = try check(jws, with: tried, untried: candidates.count - tried.count)
            rateLimit.record(key, of: id, at: now)
            return key
        } catch {
            rateLimit.record(nil, of: id, at: now)
            throw error
        }
    }

    private static func check(
        _ jws: CompactJWS, with candidates: [ClientKey], untried: Int
    ) throws(Rejection) -> ClientKey {
        let algorithm = jws.header.algorithm
        var verified = false
        for candidate in candidates where candidate.jwk.key.signatureLength(algorithm) == jws.signature.count {
            verified = true
            if candidate.jwk.key.isValid(
                signature: jws.signature, for: jws.signingInput, algorithm: algorithm)
            {
                return candidate
            }
        }
        // Otherwise timing would reveal that the length fits none of the client's keys.
        if !verified { DecoyVerification.run(algorithm, signatureLength: jws.signature.count) }
        throw .badSignature(
            algorithm: algorithm, keysTried: candidates.map { KeyName($0, triedFor: jws) }, keysNotTried: untried)
    }
}
