import Fetching
import Foundation

/// The registration of a client as a document: what the admin API shows of it can be sent back (RFC 7591 §2).
extension ClientRecord {
    /// The members that only the server decides.
    private static let readOnly = ["client_id", "created_at"]
    /// Of those, the ones that change by themselves.
    private static let changing = ["updated_at", "registered_itself"]

    /// The members that can only make the rules for a client stricter than the default, unless they have the value given here.
    private static let strict: [(name: String, lax: JSONValue)] = [
        ("require_explicit_typing", .boolean(false)), ("token_endpoint_auth_signing_alg", .null),
        ("require_pkce", .boolean(false)), ("revoke_grants_with_key", .boolean(false)),
        ("rotate_refresh_tokens", .boolean(false)),
        ("require_auth_time", .boolean(false)), ("default_max_age", .null),
        ("token_endpoint_allow_reuse_pvt_key_jwt", .boolean(true)),
    ]

    /// Makes a client from a document. The defaults are those of the command line.
    ///
    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject, at now: UnixTime) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        self.init(&reader, document, at: now)
        try reader.finish()
    }

    /// Makes a client from those members of a document that belong to it. The caller ends the reading, which reports the faults.
    package init(_ reader: inout DocumentReader, _ document: JSONObject, at now: UnixTime) {
        let id = reader.text("client_id") ?? UUID().uuidString.lowercased()
        reader.check(
            ClientID(id).isRegistrable, "client_id", "It must have 1 to 255 bytes and no control characters.")
        self.init(id: ClientID(id), name: id, grants: [], createdAt: now)
        read(document, &reader)
        guard !reader.has("grant_types") else { return }
        let signsIn = !signIn.redirectURIs.isEmpty || authenticationMethod == .none
        grants = [signsIn ? .authorizationCode : .clientCredentials]
    }

    /// Returns the client after a change by a document.
    ///
    /// - Throws: `InvalidDocument`.
    package func changed(by change: DocumentChange) throws(InvalidDocument) -> ClientRecord {
        let current = ClientMetadata(self).json
        let document = change.applied(to: current)
        var reader = DocumentReader(document)
        // A client that somebody has disabled is not enabled by a document that does not say so.
        for name in ["enabled", "grant_types", "token_endpoint_auth_method"] { reader.require(name) }
        if case .replacement = change {
            // Nor is a rule that is stricter than the default dropped.
            for (name, lax) in Self.strict {
                if let value = current[name], value != .null, value != lax { reader.require(name) }
            }
        }
        var client = ClientRecord(id: id, name: id.text, createdAt: createdAt, updatedAt: updatedAt)
        client.secrets = secrets
        client.read(document, &reader, before: self)
        reader.readOnly(Self.readOnly, as: current, changing: Self.changing)
        try reader.finish()
        return client
    }

    /// - Parameter before: a value that does not change is not checked, so that older registrations can be changed in other respects.
    private mutating func read(
        _ document: JSONObject, _ reader: inout DocumentReader, before: ClientRecord? = nil
    ) {
        readTexts(&reader, before)
        if let isEnabled = reader.boolean("enabled") { self.isEnabled = isEnabled }
        if let grants = reader.choices("grant_types", of: GrantType.self) { self.grants = grants }
        if let text = reader.text("scope") {
            scopes = text.split(separator: " ").map(String.init)
            let isValid = Set(scopes).count == scopes.count && scopes.allSatisfy { Self.isScopeToken($0[...].utf8) }
            reader.check(
                isValid, "scope", "It must be different scope tokens, separated by spaces (RFC 6749 section 3.3).")
        }
        let members = MemberReading(document)
        let method = members.read(&reader, "token_endpoint_auth_method") {
            try $0.value("token_endpoint_auth_method", AuthenticationMethod.self)
        }
        if let method { authenticationMethod = method }
        options = ClientOptions(
            signingAlgorithm: members.read(&reader, "token_endpoint_auth_signing_alg") {
                try $0.algorithm("token_endpoint_auth_signing_alg")
            },
            audienceProfile: members.read(&reader, "audience_profile") {
                try $0.value("audience_profile", AudienceProfile.self)
            },
            allowsReuse: members.read(&reader, "token_endpoint_allow_reuse_pvt_key_jwt") {
                try $0.flag("token_endpoint_allow_reuse_pvt_key_jwt")
            },
            requiresExplicitTyping: members.read(&reader, "require_explicit_typing") {
                try $0.flag("require_explicit_typing")
            } ?? false,
            certificateValidity: members.read(&reader, "certificate_validity") {
                try $0.value("certificate_validity", AssertionPolicy.CertificateValidity.self)
            })
        keySetURL = members.read(&reader, "jwks_uri") { try $0.text("jwks_uri") }
        if let keySetURL, keySetURL != before?.keySetURL, let problem = Self.problem(ofKeySetURL: keySetURL) {
            reader.report("jwks_uri", detail: "It cannot be read as a key set: \(problem).")
        }
        let format = members.read(&reader, "access_token_format") {
            try $0.value("access_token_format", AccessTokenFormat.self)
        }
        accessTokenFormat = format ?? .jwt
        accessTokenLifetime = members.read(&reader, "access_token_lifetime") {
            try $0.duration("access_token_lifetime")
        }
        reader.check(
            accessTokenLifetime.map { $0 <= Self.longestAccessTokenLifetime || $0 == before?.accessTokenLifetime }
                ?? true, "access_token_lifetime",
            "It must be at most \(Self.longestAccessTokenLifetime.components.seconds) seconds.")
        signIn = members.signIn(&reader)
    }

    private mutating func readTexts(_ reader: inout DocumentReader, _ before: ClientRecord?) {
        func check(_ text: String, _ name: String, _ maximum: Int, _ known: String?) {
            let isPlain = text.utf8.count <= maximum && text.unicodeScalars.allSatisfy { !$0.properties.isControl }
            reader.check(
                isPlain || text == known, name, "It must have at most \(maximum) bytes and no control characters.")
        }
        if let name = reader.text("client_name") {
            self.name = name
            check(name, "client_name", 1024, before?.name)
        }
        if let description = reader.text("description") {
            self.description = description
            check(description, "description", 4096, before?.description)
        }
    }

    private static func problem(ofKeySetURL url: String) -> String? {
        do {
            // The server's own policy decides later whether URLs on this machine are called.
            return try RemoteURL(url, allowsHTTPOnLoopback: true).restriction?.prohibition
        } catch {
            return error.phrase
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isControl: Bool { generalCategory == .control }
}

/// The members of a registration that `RegistrationMembers` reads: `null` stands for the default.
private struct MemberReading {
    private let document: JSONObject
    private let members: RegistrationMembers

    init(_ document: JSONObject) {
        self.document = document
        members = RegistrationMembers(object: document)
    }

    func read<Value>(
        _ reader: inout DocumentReader, _ name: String,
        _ body: (RegistrationMembers) throws -> Value?
    ) -> Value? {
        reader.accept(name)
        do {
            return try body(members)
        } catch {
            let expected = (error as? MemberFault)?.expected ?? "another value"
            reader.report(name, detail: "It must be \(expected), or null.")
            return nil
        }
    }

    /// Reads each member on its own, so that every fault is found.
    func signIn(_ reader: inout DocumentReader) -> SignInOptions {
        var valid: [(String, JSONValue)] = []
        for name in SignInOptions.memberNames {
            reader.accept(name)
            guard let value = document[name] else { continue }
            do throws(MemberFault) {
                _ = try SignInOptions(json: JSONObject([(name, value)]))
                valid.append((name, value))
            } catch {
                reader.report(name, detail: "It must be \(error.expected), or null.")
            }
        }
        // Each of these was read before.
        return (try? SignInOptions(json: JSONObject(valid))) ?? SignInOptions()
    }
}
