/// Rule 11, OpenID Connect Registration §2: `token_endpoint_auth_signing_alg`, if set, is the algorithm used.
///
/// `EdDSA` and `Ed25519` (RFC 9864) are one algorithm under two names, and one `SignatureAlgorithm`.
enum RegisteredAlgorithmRule {
    static func check(_ algorithm: SignatureAlgorithm, _ client: RegisteredClient) throws(Rejection) {
        guard let registered = client.options.signingAlgorithm else { return }
        guard algorithm == registered else {
            throw .algorithmNotRegistered(found: algorithm, registered: registered)
        }
    }
}
