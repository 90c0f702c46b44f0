import CountersignClient

/// The client that the playground is at the server, with its private key.
package struct PlaygroundClient: Sendable {
    /// How the server came to know the client.
    package enum Registration: Sendable, Equatable {
        /// Registered before the playground began.
        case given
        /// Registered over HTTP (RFC 7591).
        case overHTTP
        /// Added to the store of a server on this machine.
        case inStore
    }

    package let id: ClientID
    package let key: SigningKey
    /// `nil` for the key's default.
    package let algorithm: SignatureAlgorithm?
    /// The `kid` under which the key is registered, if it has one.
    package let keyID: ExactString?
    package let registration: Registration

    package init(
        id: ClientID, key: SigningKey, algorithm: SignatureAlgorithm? = nil, keyID: ExactString? = nil,
        registration: Registration
    ) {
        self.id = id
        self.key = key
        self.algorithm = algorithm
        self.keyID = keyID
        self.registration = registration
    }

    /// Signs an assertion for the server, with the faults of an experiment if there is one.
    func assertion(
        for issuer: String, at now: UnixTime, spoiledBy experiment: Experiment? = nil
    ) throws(TokenClientError) -> String {
        var template = AssertionTemplate(clientID: id, audience: issuer, keyID: keyID)
        var (key, time) = (key, now)
        do {
            switch experiment {
            case .otherKey: key = try SigningKey.generate(algorithm ?? key.defaultAlgorithm)
            case .otherAudience: template.audience = "https://other-server.example"
            case .expired: time = now - .seconds(600)
            case .changed: return try changed(template, at: now)
            case .replay, .codeTwice, nil: break
            }
            return try template.sign(with: key, algorithm: algorithm, at: time)
        } catch {
            throw .signing(error)
        }
    }

    /// Returns an assertion whose `exp` was moved an hour ahead after it was signed.
    private func changed(_ template: AssertionTemplate, at now: UnixTime) throws(KeyError) -> String {
        let jti = AssertionTemplate.randomJWTID()
        let honest = try template.sign(with: key, algorithm: algorithm, at: now, jti: jti)
        var longer = template
        longer.lifetime = template.lifetime + .seconds(3600)
        let other = try longer.sign(with: key, algorithm: algorithm, at: now, jti: jti)
        let (parts, changed) = (honest.split(separator: "."), other.split(separator: "."))
        guard parts.count == 3, changed.count == 3 else { return honest }
        return [parts[0], changed[1], parts[2]].joined(separator: ".")
    }
}
