@_exported import Server

/// A key of a client that is in force, and an algorithm that the key and the client's registration permit.
struct PermittedSignature {
    let algorithm: SignatureAlgorithm
    let key: ClientKey
    /// The value of `kid` that names this key alone.
    let keyID: String

    /// - Parameters:
    ///   - algorithm: kept if a key permits it.
    ///   - keyID: the `kid` that was sent; its key is kept if it may be used.
    /// - Returns: `nil` if no key of the client may be used.
    init?(of client: RegisteredClient, preferring algorithm: SignatureAlgorithm?, keyID: String?, at now: UnixTime) {
        let registered = client.options.signingAlgorithm
        let usable = client.keys.filter { $0.availability.allowsUse(at: now) }.compactMap { key in
            let permitted = key.jwk.verificationAlgorithms.filter { registered == nil || $0 == registered }
            return permitted.isEmpty ? nil : (key: key, permitted: permitted)
        }
        func score(_ choice: (key: ClientKey, permitted: [SignatureAlgorithm])) -> Int {
            (choice.key.isCertificateValid(at: now) ? 4 : 0)
                + (algorithm.map(choice.permitted.contains) ?? false ? 2 : 0)
                + (keyID != nil && (choice.key.jwk.keyID?.text == keyID || choice.key.thumbprint == keyID) ? 1 : 0)
        }
        guard let best = usable.max(by: { score($0) < score($1) }) else { return nil }
        key = best.key
        let preferred = [algorithm, key.jwk.key.type.defaultAlgorithm].compactMap(\.self)
        self.algorithm = preferred.first(where: best.permitted.contains) ?? best.permitted[0]
        let sharing = client.keys.filter { $0.jwk.keyID == best.key.jwk.keyID }
        self.keyID = sharing.count == 1 ? key.jwk.keyID?.text ?? key.thumbprint : key.thumbprint
    }
}

extension ClientKey {
    /// RFC 5280 §4.1.2.5. A key without a certificate has no such limit.
    func isCertificateValid(at now: UnixTime) -> Bool {
        certificate.map { $0.notBefore <= now && now <= $0.notAfter } ?? true
    }
}
