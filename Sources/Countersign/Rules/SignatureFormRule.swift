import CountersignJOSE

/// Rule 9a, RFC 7518 §3.3 to §3.5: the signature has the form that its `alg` gives it.
///
/// The first half of rule 15, asked before a client is looked for: it depends on the caller's own bytes alone, so the caller is
/// told of it. Whether the length is that of the client's key is asked by rule 15.
enum SignatureFormRule {
    static func check(_ jws: CompactJWS) throws(Rejection) {
        let algorithm = jws.header.algorithm
        guard let fault = algorithm.fault(in: jws.signature) else { return }
        throw .malformedSignature(algorithm: algorithm, fault: fault)
    }
}
