/// An ordered set of scope tokens (RFC 6749 §3.3).
package struct Scope: Sendable, Equatable, CustomStringConvertible {
    /// The maximum length of a requested scope, in bytes.
    package static let maximumLength = 4096

    package let tokens: [String]

    /// Parses space-separated tokens; returns `nil` if a character is not allowed or the text is too long.
    package init?(parsing text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        var tokens: [String] = []
        for token in text.utf8.split(separator: 0x20) {
            guard ClientRecord.isScopeToken(token) else { return nil }
            let token = String(decoding: token, as: UTF8.self)
            if !tokens.contains(token) { tokens.append(token) }
        }
        self.tokens = tokens
    }

    init(tokens: [String]) {
        self.tokens = tokens
    }

    /// The tokens separated by spaces (RFC 6749 §3.3).
    package var description: String { tokens.joined(separator: " ") }

    /// Returns the requested scope, if any.
    static func requested(in form: Form) throws(OAuthError) -> Scope? {
        guard let text = form.text("scope") else { return nil }
        guard let scope = Scope(parsing: text) else {
            throw OAuthError(
                .invalidScope,
                "scope: expected names in printable ASCII without quotation marks and backslashes, separated by spaces, of at "
                    + "most \(maximumLength) bytes; found \(SentCredentials.quoted(text)).")
        }
        return scope
    }

    /// The standard scopes, which are about a person (OpenID Connect Core §5.4, §11).
    static let aboutPeople = ["openid", "offline_access"] + StandardClaims.scopes

    /// Returns the scope that a client gets: the requested one if all of it is registered, or the registered one if none was requested.
    ///
    /// The standard scopes are accepted from any client and have no effect, because no person is involved. Some clients ask for all scopes
    /// of the metadata.
    static func granted(requested: Scope?, registered: [String]) throws(OAuthError) -> Scope {
        let requested = requested?.tokens.filter { !aboutPeople.contains($0) || registered.contains($0) } ?? []
        guard !requested.isEmpty else { return Scope(tokens: registered) }
        let refused = requested.filter { !registered.contains($0) }
        guard refused.isEmpty else {
            throw OAuthError(.invalidScope, refusal(of: refused, registered: registered))
        }
        return Scope(tokens: requested)
    }

    /// Explains which tokens were refused, and what the client may request.
    static func refusal(of refused: [String], registered: [String]) -> String {
        func list(_ tokens: [String], _ limit: Int) -> String {
            let rest = tokens.count - limit
            return tokens.prefix(limit).map { SentCredentials.quoted($0) }.joined(separator: ", ")
                + (rest > 0 ? " and \(rest) more" : "")
        }
        var sentences = ["scope: not registered for this client: \(list(refused, 8))."]
        if refused.contains(where: { $0.contains(",") }) { sentences.append("Scopes are separated by spaces.") }
        let similar = registered.first { name in refused.contains { $0.lowercased() == name.lowercased() } }
        if let similar { sentences.append("Scopes are case-sensitive: '\(similar)' is registered.") }
        sentences.append(
            registered.isEmpty
                ? "The client has no registered scopes." : "It may ask for: \(list(registered, 20)).")
        return sentences.joined(separator: " ") + AdminScope.hint(about: refused)
    }
}
