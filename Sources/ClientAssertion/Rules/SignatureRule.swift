import CountersignJOSE

/// Rule 15, RFC 7523 §3 (9): one of the candidate keys made the signature.
enum SignatureRule {
    static func check(_ jws: CompactJWS, with candidates: [ClientKey]) throws(Rejection) -> ClientKey {
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
        // A signature of a length that no key makes must not be told from one that was looked at.
        if !verified { DecoyVerification.spend(algorithm) }
        throw .badSignature(algorithm: algorithm, keysTried: candidates.count)
    }
}
