/// The part of an authorization server's metadata that a client needs (RFC 8414 §2).
public struct ServerMetadata: Sendable {
    /// `issuer`: also the audience of assertions.
    public let issuer: String
    /// `token_endpoint`.
    public let tokenEndpoint: ServerAddress
    /// The whole document.
    public let object: JSONObject

    /// - Throws: `TokenClientError.otherIssuer` or `.metadata`.
    package init(_ body: [UInt8], from url: String, of issuer: String) throws(TokenClientError) {
        do {
            object = try JSONObject(document: body)
        } catch {
            throw .metadata(url: url, detail: error.phrase)
        }
        guard let found = object.string("issuer") else { throw .metadata(url: url, detail: "it has no issuer") }
        // RFC 8414 §3.3: identical, byte for byte.
        guard found == ExactString(issuer) else { throw .otherIssuer(expected: issuer, found: found.text) }
        guard let endpoint = object.string("token_endpoint") else {
            throw .metadata(url: url, detail: "it has no token_endpoint")
        }
        self.issuer = issuer
        tokenEndpoint = try ServerAddress(endpoint.text)
    }

    /// Fetches the metadata of an issuer.
    package static func read(
        of issuer: String, _ connection: Connection
    ) async throws(TokenClientError) -> ServerMetadata {
        var tried: [TokenClientError.Attempt] = []
        for location in try locations(of: try ServerAddress(issuer)) {
            let response = try await connection.get(location)
            guard response.status == 200 else {
                tried.append(TokenClientError.Attempt(url: location.text, status: response.status))
                continue
            }
            return try ServerMetadata(response.body, from: location.text, of: issuer)
        }
        throw .noMetadata(issuer: issuer, tried: tried)
    }

    /// The possible locations of an issuer's metadata, in the order of preference.
    ///
    /// RFC 8414 §3.1 puts the well-known part between host and path; OpenID Connect Discovery §4 puts it at the end.
    static func locations(of issuer: ServerAddress) throws(TokenClientError) -> [ServerAddress] {
        guard !issuer.path.contains("?") else { throw .address(issuer.text, .notAURL) }
        let path = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
        return [
            try ServerAddress(issuer.origin + "/.well-known/oauth-authorization-server" + path),
            try ServerAddress(issuer.origin + path + "/.well-known/openid-configuration"),
        ]
    }
}
