/// How metadata is read that a client states about itself, in a document at its URL or in a registration.
struct MetadataRules: Sendable {
    /// Whether `jwks_uri` may use http on this machine.
    let allowsHTTPOnLoopback: Bool
    /// The members about people that the client may decide about itself. The others grant it something, or make this server call a URL.
    let signInMembers: Set<String>
    /// Whether values that cannot be used here are left out rather than refused: a document at a URL is written for many servers, and some
    /// allow more.
    let isForManyServers: Bool
    /// Those that this server signs with.
    let algorithms: [SignatureAlgorithm]

    static let ownSignInMembers: Set = [
        "redirect_uris", "post_logout_redirect_uris", "default_max_age", "require_auth_time",
        "id_token_signed_response_alg", "userinfo_signed_response_alg", "introspection_signed_response_alg",
        "client_uri", "logo_uri", "policy_uri", "tos_uri", "contacts",
    ]

    /// The rules for documents at the URL that is the client's identifier.
    static func documentAtURL(allowsHTTPOnLoopback: Bool, algorithms: [SignatureAlgorithm]) -> MetadataRules {
        MetadataRules(
            allowsHTTPOnLoopback: allowsHTTPOnLoopback, signInMembers: ownSignInMembers, isForManyServers: true,
            algorithms: algorithms)
    }

    /// Whether a member about people is left out: the client may not decide about it, or it names an algorithm of another server.
    func leavesOut(_ member: String, _ value: JSONValue) -> Bool {
        guard signInMembers.contains(member) else { return true }
        guard isForManyServers, SignedResponse(rawValue: member) != nil, case .string(let name) = value else {
            return false
        }
        return SignatureAlgorithm(name: name).map(algorithms.contains) != true
    }

    func secretPhrase(_ member: String) -> String {
        isForManyServers
            ? "it has \(member), which anyone can read"
            : "it has \(member), but a client that registers itself gets no secret"
    }
}

/// A member of client metadata that is refused.
struct MetadataFault: Error, Sendable, Equatable {
    /// Its name in RFC 7591 §2.
    let member: String
    /// A clause: "it has no redirect_uris".
    let phrase: String

    init(_ member: String, _ phrase: String) {
        self.member = member
        self.phrase = phrase
    }
}
