@_exported import Server

/// The console as a client of its server: a `private_key_jwt` client whose key is made at the start of the process and never leaves it.
package struct ConsoleClient: Sendable {
    /// Of the console.
    package let address: ServerURLs
    /// What the server has to know.
    package let builtIn: BuiltInClient
    let redirectURI: String
    private let key: SigningKey
    private let template: AssertionTemplate

    /// - Parameter issuer: the issuer identifier of the server.
    package init(at address: ServerURLs, issuer: String, at now: UnixTime) throws(KeyError) {
        self.address = address
        let redirectURI = address.issuer + SignInFlow.callbackPath
        var record = ClientRecord(
            id: .console, name: "Countersign console", grants: [.authorizationCode], scopes: ["openid"], createdAt: now)
        record.options.signingAlgorithm = .es256
        record.signIn.redirectURIs = [redirectURI]
        record.signIn.requiresProofKey = true
        // The person's groups decide.
        record.signIn.skipsConsent = true
        record.signIn.requiresAuthenticationTime = true
        // Demands `sid` in the ID token.
        record.signIn.requiresLogoutSession = true
        // The store keeps a grant for as long as its access token. That token is thrown away.
        record.signIn.userAccessTokenLifetime = ConsoleSessions.lifetime
        key = try SigningKey.generate(.es256)
        builtIn = BuiltInClient(record, keys: [ClientKey(JWK(key: key.verificationKey, algorithm: .es256))])
        template = AssertionTemplate(clientID: record.id, audience: issuer)
        self.redirectURI = redirectURI
    }

    /// Signs a new assertion (RFC 7523 §3).
    func assertion(at now: UnixTime) throws(KeyError) -> String {
        try template.sign(with: key, algorithm: .es256, at: now)
    }
}
