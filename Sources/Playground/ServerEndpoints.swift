import CountersignClient

/// What the playground needs to know about the server, from its metadata (RFC 8414 §2, OpenID Connect Discovery §3).
package struct ServerEndpoints: Sendable {
    let issuer: String
    /// Host and port, for people.
    let host: String
    let authorization: ServerAddress
    let token: ServerAddress
    let keySet: ServerAddress
    let userInfo: ServerAddress?
    let introspection: ServerAddress?
    let revocation: ServerAddress?
    let endSession: ServerAddress?
    package let registration: ServerAddress?
    let scopes: [String]
    let idTokenAlgorithms: [String]
    /// RFC 9207 §3: whether answers to authorization requests have `iss`.
    let sendsIssuer: Bool

    /// - Throws: `TokenClientError.metadata` if the server does not sign people in.
    package init(_ metadata: ServerMetadata) throws(TokenClientError) {
        let object = metadata.object
        func address(_ name: String) throws(TokenClientError) -> ServerAddress? {
            guard let text = object.string(name)?.text else { return nil }
            return try ServerAddress(text)
        }
        func list(_ name: String) -> [String] {
            guard case .array(let elements)? = object[name] else { return [] }
            return elements.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
        }
        guard let authorization = try address("authorization_endpoint"), let keySet = try address("jwks_uri") else {
            throw .metadata(
                url: metadata.issuer,
                detail: "it has no authorization_endpoint or no jwks_uri, so it cannot sign people in")
        }
        issuer = metadata.issuer
        let authority = metadata.issuer.split(separator: "/").dropFirst().first.map { String($0) }
        host = authority ?? metadata.issuer
        self.authorization = authorization
        self.keySet = keySet
        token = metadata.tokenEndpoint
        userInfo = try address("userinfo_endpoint")
        introspection = try address("introspection_endpoint")
        revocation = try address("revocation_endpoint")
        endSession = try address("end_session_endpoint")
        registration = try address("registration_endpoint")
        scopes = list("scopes_supported")
        idTokenAlgorithms = list("id_token_signing_alg_values_supported")
        sendsIssuer = object["authorization_response_iss_parameter_supported"] == .boolean(true)
    }
}
