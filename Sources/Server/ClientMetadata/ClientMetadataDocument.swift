import Countersign
import CountersignJOSE
import Fetching
import Store

/// What a client publishes about itself (draft-ietf-oauth-client-id-metadata-document §4, RFC 7591 §2), checked.
struct ClientMetadataDocument: Sendable {
    let record: ClientRecord
    /// Keys of `jwks`; empty where they are at a `jwks_uri`.
    let keys: [ClientKey]

    /// Reads a document.
    ///
    /// - Throws: `ClientMetadataFault.document`, for the first thing that is wrong with it.
    init(
        _ body: [UInt8], of url: ClientIDURL, _ settings: ClientMetadataSettings, at now: UnixTime
    ) throws(ClientMetadataFault) {
        let object: JSONObject
        do {
            // Serializers write members that are not set as null.
            object = try JSONObject(document: body).withoutNullMembers
        } catch {
            throw .document("no JSON: \(error.explanation)")
        }
        // Simple string comparison (RFC 3986 §6.2.1): nobody speaks for a URL but the document at it.
        guard object.string("client_id") == url.text else { throw .document("its client_id is another one") }
        for member in ["client_secret", "client_secret_expires_at"] where object[member] != nil {
            throw .document("it has \(member), and everybody can read it")
        }
        let method = try Self.method(object)
        let grants = try Self.texts("grant_types", object) ?? ["authorization_code"]
        if grants.contains("authorization_code") { try Self.checkRedirects(object) }

        var record = ClientRecord(id: ClientID(url.text), name: Self.name(object), createdAt: now)
        record.authenticationMethod = method
        record.grants = grants.compactMap { GrantType(rawValue: $0.text) }
        record.scopes = try Self.scopes(object, settings)
        if let value = object["token_endpoint_auth_signing_alg"] {
            guard case .string(let name) = value, let algorithm = SignatureAlgorithm(name: name) else {
                throw .document("token_endpoint_auth_signing_alg is no algorithm that is accepted here")
            }
            record.options.signingAlgorithm = algorithm
        }
        switch method {
        case .none: keys = []
        case .privateKeyJWT: (keys, record.keySetURL) = try Self.keys(object, settings)
        }
        self.record = record
    }

    /// draft §4.1: nothing that rests on a shared secret. RFC 7591 §2: where it is absent it is `client_secret_basic`.
    private static func method(_ object: JSONObject) throws(ClientMetadataFault) -> AuthenticationMethod {
        guard let name = object.string("token_endpoint_auth_method") else {
            throw .document("it has no token_endpoint_auth_method; private_key_jwt is accepted here")
        }
        guard let method = AuthenticationMethod(rawValue: name.text) else {
            throw .document("its token_endpoint_auth_method is not private_key_jwt")
        }
        return method
    }

    private static func keys(
        _ object: JSONObject, _ settings: ClientMetadataSettings
    ) throws(ClientMetadataFault) -> ([ClientKey], String?) {
        switch (object["jwks"], object["jwks_uri"]) {
        case (.some, .some): throw .document("it has both jwks and jwks_uri")
        case (nil, nil): throw .document("it has neither jwks nor jwks_uri")
        case (.object(let set)?, nil):
            do {
                let parsed = try JWKSet(parsingPublished: set.rendered())
                let keys = parsed.keys
                guard !keys.isEmpty else {
                    let reason = parsed.refused.first.map { ": \($0.reason.explanation)" } ?? ""
                    throw ClientMetadataFault.document("jwks has no key that can be used\(reason)")
                }
                return (keys.map { ClientKey($0) }, nil)
            } catch let fault as ClientMetadataFault {
                throw fault
            } catch {
                throw .document("jwks is no JWK Set")
            }
        case (nil, .string(let url)?):
            do {
                let host = try RemoteURL(url.text, allowsHTTPOnLoopback: settings.allowsHTTPOnLoopback).host
                guard settings.allows(host: host) else {
                    throw ClientMetadataFault.document("the host of jwks_uri is not in allowed_hosts")
                }
                return ([], url.text)
            } catch let fault as ClientMetadataFault {
                throw fault
            } catch {
                throw .document("jwks_uri cannot be used")
            }
        case (.some, nil), (nil, .some): throw .document("jwks or jwks_uri is of the wrong type")
        }
    }

    /// The operator's ceiling; a client can ask for less than that, never for more.
    private static func scopes(
        _ object: JSONObject, _ settings: ClientMetadataSettings
    ) throws(ClientMetadataFault) -> [String] {
        guard object["scope"] != nil else { return settings.scopes }
        guard let scope = object.string("scope").flatMap({ Scope(parsing: $0.text) }) else {
            throw .document("scope is none (RFC 6749 §3.3)")
        }
        return settings.scopes.filter { scope.tokens.contains($0) }
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
                throw .document("redirect_uris has one that is no absolute URI without a fragment")
            }
        }
    }

    private static func texts(_ name: String, _ object: JSONObject) throws(ClientMetadataFault) -> [ExactString]? {
        guard let value = object[name] else { return nil }
        guard case .array(let elements) = value, elements.count <= 64 else {
            throw .document("\(name) is no short list")
        }
        var texts: [ExactString] = []
        for element in elements {
            guard case .string(let text) = element else { throw .document("\(name) has something that is no text") }
            texts.append(text)
        }
        return texts
    }

    private static func name(_ object: JSONObject) -> String {
        let name = object.string("client_name")?.text ?? ""
        return String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 0x20 }.prefix(100)))
    }
}
