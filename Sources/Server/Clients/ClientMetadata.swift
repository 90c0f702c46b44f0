import Fetching

/// Client metadata (RFC 7591 §2): parsed from what a client states about itself, and rendered as JSON.
///
/// Parsing grants nothing: members that the operator decides (`enabled`, `audience_profile` and the like) are rendered but never read.
package struct ClientMetadata: Sendable {
    /// The client; its scopes are those that it asks for.
    package var record: ClientRecord
    /// The keys of `jwks`; `nil` if they are not part of the metadata.
    package let keys: [JWK]?

    package init(_ record: ClientRecord, keys: [JWK]? = nil) {
        self.record = record
        self.keys = keys
    }

    /// Parses metadata, and refuses secrets and symmetric keys.
    ///
    /// - Parameter allowsHTTPOnLoopback: whether `jwks_uri` may use http on this machine.
    /// - Throws: `ClientMetadataFault.document`, for the first fault.
    init(
        parsing object: JSONObject, of id: ClientID, allowsHTTPOnLoopback: Bool, at now: UnixTime
    ) throws(ClientMetadataFault) {
        for member in ["client_secret", "client_secret_expires_at"] where object[member] != nil {
            throw .document("it has \(member), which anyone can read")
        }
        var record = ClientRecord(id: id, name: Self.name(object), createdAt: now)
        record.authenticationMethod = try Self.method(object)
        let grants = try Self.texts("grant_types", object) ?? ["authorization_code"]
        if grants.contains("authorization_code") { try Self.checkRedirects(object) }
        record.grants = grants.compactMap { GrantType(rawValue: $0.text) }
        record.scopes = try Self.scopes(object)
        if let value = object["token_endpoint_auth_signing_alg"] {
            guard case .string(let name) = value, let algorithm = SignatureAlgorithm(name: name) else {
                throw .document("token_endpoint_auth_signing_alg is not an accepted algorithm")
            }
            record.options.signingAlgorithm = algorithm
        }
        switch record.authenticationMethod {
        case .none: keys = []
        case .privateKeyJWT:
            switch (object["jwks"], object["jwks_uri"]) {
            case (.some, .some): throw .document("it has both jwks and jwks_uri")
            case (nil, nil): throw .document("it has neither jwks nor jwks_uri")
            case (.object(let set)?, nil): keys = try Self.keys(set)
            case (nil, .string(let url)?):
                guard (try? RemoteURL(url.text, allowsHTTPOnLoopback: allowsHTTPOnLoopback)) != nil else {
                    throw .document("jwks_uri cannot be used")
                }
                keys = nil
                record.keySetURL = url.text
            case (.some, nil), (nil, .some): throw .document("jwks or jwks_uri is of the wrong type")
            }
        }
        self.record = record
    }

    /// draft-ietf-oauth-client-id-metadata-document §4.1: no shared secrets. RFC 7591 §2: the default is `client_secret_basic`.
    private static func method(_ object: JSONObject) throws(ClientMetadataFault) -> AuthenticationMethod {
        guard let name = object.string("token_endpoint_auth_method") else {
            throw .document("it has no token_endpoint_auth_method; private_key_jwt is accepted here")
        }
        guard let method = AuthenticationMethod(rawValue: name.text) else {
            throw .document("its token_endpoint_auth_method is not private_key_jwt")
        }
        return method
    }

    private static func keys(_ set: JSONObject) throws(ClientMetadataFault) -> [JWK] {
        guard let parsed = try? JWKSet(parsingPublished: set.rendered()) else {
            throw .document("jwks is not a valid JWK Set")
        }
        guard !parsed.keys.isEmpty else {
            let reason = parsed.refused.first.map { ": \($0.reason.phrase)" } ?? ""
            throw .document("jwks has no usable key\(reason)")
        }
        return parsed.keys
    }

    private static func scopes(_ object: JSONObject) throws(ClientMetadataFault) -> [String] {
        guard object["scope"] != nil else { return [] }
        guard let scope = object.string("scope").flatMap({ Scope(parsing: $0.text) }) else {
            throw .document("scope is not valid (RFC 6749 §3.3)")
        }
        return scope.tokens
    }

    /// RFC 7591 §2, RFC 6749 §3.1.2: absolute URIs without a fragment.
    private static func checkRedirects(_ object: JSONObject) throws(ClientMetadataFault) {
        guard let uris = try texts("redirect_uris", object), !uris.isEmpty else {
            throw .document("it has no redirect_uris, which the grant authorization_code needs")
        }
        for uri in uris {
            let scheme = uri.text.prefix { $0 != ":" }
            let isAbsolute =
                scheme.count < uri.text.count && scheme.first?.isLetter == true
                && uri.text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !uri.text.contains("#")
            guard isAbsolute, !["javascript", "data", "file"].contains(scheme.lowercased()) else {
                throw .document("redirect_uris has a value that is not an absolute URI without a fragment")
            }
        }
    }

    private static func texts(_ name: String, _ object: JSONObject) throws(ClientMetadataFault) -> [ExactString]? {
        guard let value = object[name] else { return nil }
        guard case .array(let elements) = value, elements.count <= 64 else {
            throw .document("\(name) is not an array of at most 64 strings")
        }
        let texts: [ExactString] = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        guard texts.count == elements.count else { throw .document("\(name) has a value that is not a string") }
        return texts
    }

    private static func name(_ object: JSONObject) -> String {
        let name = object.string("client_name")?.text ?? ""
        return String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(100)))
    }
}

extension ClientMetadata {
    /// Uses the member names of RFC 7591 §2 where they exist. Values that follow the server's settings are `null`.
    package var json: JSONObject {
        let options = record.options
        return [
            "client_id": .string(record.id.value), "client_name": .string(record.name),
            "description": .string(record.description) ?? .null, "enabled": .boolean(record.isEnabled),
            "grant_types": .array(record.grants.map(\.rawValue)),
            "scope": .string(record.scopes.joined(separator: " ")),
            "token_endpoint_auth_method": .string(record.authenticationMethod.rawValue),
            "token_endpoint_auth_signing_alg": .string(options.signingAlgorithm?.name) ?? .null,
            "audience_profile": .string(options.audienceProfile?.rawValue) ?? .null,
            "token_endpoint_allow_reuse_pvt_key_jwt": .boolean(options.allowsReuse) ?? .null,
            "jwks_uri": .string(record.keySetURL) ?? .null,
            "certificate_validity": .string(options.certificateValidity?.rawValue) ?? .null,
            "require_explicit_typing": .boolean(options.requiresExplicitTyping),
            "access_token_format": .string(record.accessTokenFormat.rawValue),
            "access_token_lifetime": .number(record.accessTokenLifetime.map { Int($0.milliseconds / 1000) }) ?? .null,
            "created_at": .string(record.createdAt.text), "updated_at": .string(record.updatedAt.text),
            "jwks": .object(keys.map { ["keys": .array($0.map(\.object))] }),
        ]
    }
}
