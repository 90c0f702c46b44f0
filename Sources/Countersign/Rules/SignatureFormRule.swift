/// Rule 9a, RFC 7518 §3.3 to §3.5: the signature has the form that its `alg` requires.
///
/// The first half of rule 15, checked before the client is looked up: it depends only on the caller's own bytes, so a failure is
/// reported to the caller. Rule 15 checks whether the length fits the client's key.
enum SignatureFormRule {
    static func check(_ jws: CompactJWS) throws(Rejection) {
        let algorithm = jws.header.algorithm
        guard let fault = algorithm.fault(in: jws.signature) else { return }
        throw .malformedSignature(algorithm: algorithm, fault: fault)
    }
}
