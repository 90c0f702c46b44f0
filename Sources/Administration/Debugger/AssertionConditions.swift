import CountersignKeyFiles
@_exported import Server

/// What is assumed to be different when an assertion is judged.
package struct AssertionConditions: Sendable {
    /// `nil` for now.
    package var time: UnixTime?
    /// `nil` for the client's own, or the server's.
    package var profile: AudienceProfile?
    /// Whether `typ` must be `client-authentication+jwt`; `nil` for what is registered.
    package var requiresTyping: Bool?
    /// The keys of the client in place of those registered.
    package var keys: Keys?

    package enum Keys: Sendable {
        /// The client's own key with this `kid` or thumbprint, as if it were usable without any restriction.
        case registered(String)
        /// Other keys, as they would be registered.
        case given([ClientKey])
    }

    package init() {}

    /// Whether nothing is different.
    package var isEmpty: Bool { time == nil && profile == nil && requiresTyping == nil && keys == nil }

    func applied(to policy: AssertionPolicy) -> AssertionPolicy {
        var policy = policy
        if let profile { policy.audienceProfile = profile }
        if let requiresTyping { policy.requiresExplicitTyping = requiresTyping }
        return policy
    }

    /// Returns the client as if it were registered so.
    func applied(to client: RegisteredClient) -> RegisteredClient {
        var client = client
        if let profile { client.options.audienceProfile = profile }
        if let requiresTyping { client.options.requiresExplicitTyping = requiresTyping }
        switch keys {
        case nil: break
        case .given(let keys): client.setOwnKeys(keys)
        case .registered(let name):
            let named = client.keys.filter { $0.jwk.keyID?.text == name || $0.jwk.thumbprint == name }
            // For a key set that is not here, it stays open whether it has such a key.
            guard client.keySetURL == nil || !named.isEmpty else { break }
            // Without `kid`, `use` and `alg`, so that the signature alone decides.
            client.setOwnKeys(named.map { ClientKey(JWK(key: $0.jwk.key)) })
            client.options.signingAlgorithm = nil
            if named.isEmpty { client.keyProblem = "it has none that is called \(shortened(name, to: 64))" }
        }
        return client
    }

    /// The keys of a file, as they would be registered.
    package static func keys(_ imported: [ImportedKey]) -> [ClientKey] {
        imported.map { ClientKey($0.jwk, certificate: $0.certificate?.facts) }
    }
}

extension RegisteredClient {
    /// A client's own keys take precedence over its key set.
    fileprivate mutating func setOwnKeys(_ keys: [ClientKey]) {
        self.keys = keys
        (keySetURL, keyProblem) = (nil, nil)
    }
}
