/// Rule 15, RFC 7523 §3 (9): one of the candidate keys made the signature.
enum SignatureRule {
    /// - Parameter allowance: limits the cost of a flood of failing signatures; `nil` tries every candidate.
    static func check(
        _ jws: CompactJWS, with candidates: [ClientKey], of id: ClientID, _ allowance: FurtherKeyAllowance?,
        at now: UnixTime
    ) throws(Rejection) -> ClientKey {
        guard let allowance, candidates.count > 1 else { return try check(jws, with: candidates, leftOut: 0) }
        let tried = allowance.keys(candidates, of: id, at: now)
        do {
            let key = try check(jws, with: tried, leftOut: candidates.count - tried.count)
            allowance.note(key, of: id, at: now)
            return key
        } catch {
            allowance.note(nil, of: id, at: now)
            throw error
        }
    }

    private static func check(
        _ jws: CompactJWS, with candidates: [ClientKey], leftOut: Int
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
        if !verified { DecoyVerification.spend(algorithm, signatureLength: jws.signature.count) }
        throw .badSignature(
            algorithm: algorithm, keysTried: candidates.map { KeyName($0, triedFor: jws) }, keysLeftOut: leftOut)
    }
}
