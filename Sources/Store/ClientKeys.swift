/// One registered public key of a client.
package struct KeyRecord: Sendable {
    /// The number that the engine assigned; `nil` until the key is stored.
    package let number: Int64?
    /// The key and the restrictions on its use.
    package let jwk: JWK
    /// The certificate that contained it, if any.
    package let certificate: KeyCertificate?
    /// Whether it may still be used.
    package let status: KeyAvailability
    package let addedAt: UnixTime

    package init(
        number: Int64? = nil, jwk: JWK, certificate: KeyCertificate? = nil, status: KeyAvailability = .active,
        addedAt: UnixTime
    ) {
        self.number = number
        self.jwk = jwk
        self.certificate = certificate
        self.status = status
        self.addedAt = addedAt
    }

    /// The key in the verifier's form.
    package var clientKey: ClientKey { ClientKey(jwk, certificate: certificate?.facts, availability: status) }
}

/// The keys registered for clients.
package protocol ClientKeyStore: Sendable {
    /// Adds a key to a client.
    ///
    /// - Throws: `notFound`.
    func add(_ key: KeyRecord, to id: ClientID) async throws(StoreError)

    /// Removes a key by its `number`.
    ///
    /// - Throws: `notFound`.
    func remove(_ number: Int64, of id: ClientID) async throws(StoreError)

    /// Activates, retires or revokes the key with this `number`.
    ///
    /// Revocation is final, so that a mistake cannot re-enable a compromised key: to use the key again, remove it and
    /// register it again. Revoking a revoked key keeps the time of the first revocation.
    ///
    /// - Throws: `notFound`; `invalid` if the key is revoked.
    func setStatus(_ status: KeyAvailability, number: Int64, of id: ClientID) async throws(StoreError)
}

extension KeyAvailability {
    package var isRevoked: Bool {
        if case .revoked = self { true } else { false }
    }
}
