import CountersignJOSE

/// Finds the registered key that made a signature, whatever keeps it from being tried: another `kid`, a retirement, a restriction.
///
/// Only an inspection searches, on the operator's own copy of an assertion. A request must not: each key would cost a verification
/// for a caller who has proved nothing, and the time of the answer would tell how many keys are registered. The server keeps no
/// assertion, so `explain` cannot search later either.
struct SignatureSearch {
    private let jws: CompactJWS
    private let keys: [ClientKey]

    /// - Returns: `nil` where there is nothing to search for: no key, or bytes that no key makes.
    init?(_ jws: CompactJWS, among keys: [ClientKey]) {
        guard !keys.isEmpty, jws.header.algorithm.fault(in: jws.signature) == nil else { return nil }
        self.jws = jws
        self.keys = keys
    }

    /// What was found, as a clause.
    var text: String {
        let algorithm = jws.header.algorithm
        let made = keys.first { candidate in
            candidate.jwk.key.signatureLength(algorithm) == jws.signature.count
                && candidate.jwk.key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm)
        }
        guard let made else { return "no registered key verifies the signature" }
        let name = made.jwk.keyID.map { quoted($0.text) } ?? "with thumbprint \(made.thumbprint)"
        return "the registered key \(name) verifies the signature, so nothing but what excluded it is at fault"
    }
}
