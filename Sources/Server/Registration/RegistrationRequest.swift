/// The metadata of a client that registers itself, reduced to its allowance (RFC 7591 §2, OpenID Connect Registration §2).
///
/// Grants, response types and scopes that it may not have are left out, as RFC 7591 §3.2.1 allows; the response says what is in force.
/// If none of those that it asks for remain, it is refused.
struct RegistrationRequest: Sendable {
    let record: ClientRecord
    /// The keys of `jwks`; empty without it.
    let keys: [JWK]

    /// - Parameter algorithms: those that this server signs with.
    /// - Throws: the first fault.
    init(
        _ object: JSONObject, of id: ClientID, _ allowance: RegistrationAllowance, algorithms: [SignatureAlgorithm],
        allowsHTTPOnLoopback: Bool, at now: UnixTime
    ) throws(MetadataFault) {
        // RFC 7591 §3.2.1: null values are as good as absent ones.
        let object = object.withoutNullMembers
        let rules = MetadataRules(
            allowsHTTPOnLoopback: allowsHTTPOnLoopback, signInMembers: allowance.signInMembers, isForManyServers: false,
            algorithms: algorithms)
        let metadata = try ClientMetadata(parsing: object, of: id, by: rules, at: now)
        var record = metadata.record
        record.grants = allowance.grants.filter(record.grants.contains)
        guard !record.grants.isEmpty else {
            let names = allowance.grants.map(\.rawValue).joined(separator: ", ")
            throw MetadataFault("grant_types", "none of its grant_types is available here; ask for \(names)")
        }
        try Self.checkResponseTypes(object, record.grants)
        let asked = record.scopes
        record.scopes = allowance.scopes.filter { object["scope"] == nil || asked.contains($0) }
        guard !record.scopes.isEmpty || asked.isEmpty || allowance.scopes.isEmpty else {
            let names = allowance.scopes.joined(separator: " ")
            throw MetadataFault("scope", "none of its scopes is available here; ask for some of \(names)")
        }
        record.options.allowsReuse = try Self.reuse(object, allowance)
        if let choice = record.signIn.choices(outside: algorithms).first {
            let member = choice.response.rawValue
            let names = algorithms.map(\.name).joined(separator: ", ")
            throw MetadataFault(
                member, "\(member) is not an algorithm that this server signs with; use one of \(names)")
        }
        do {
            try SignInRules(allowsHTTPOnLoopback: allowsHTTPOnLoopback).check(record)
        } catch {
            throw MetadataFault(error.member, error.phrase)
        }
        if record.name.isEmpty { record.name = id.text }
        self.record = record
        keys = metadata.keys ?? []
    }

    /// RFC 7591 §2.1: `code` belongs to the grant `authorization_code`, the only response type here.
    private static func checkResponseTypes(_ object: JSONObject, _ grants: [GrantType]) throws(MetadataFault) {
        guard case .array(let types)? = object["response_types"] else {
            guard object["response_types"] == nil else {
                throw MetadataFault("response_types", "response_types is not an array of strings")
            }
            return
        }
        guard grants.contains(.authorizationCode), !types.isEmpty, !types.contains("code") else { return }
        throw MetadataFault("response_types", "response_types does not contain code, which is the only one here")
    }

    /// Unless reuse is allowed, a client may only ask for the stricter choice.
    private static func reuse(
        _ object: JSONObject, _ allowance: RegistrationAllowance
    ) throws(MetadataFault) -> Bool? {
        let member = "token_endpoint_allow_reuse_pvt_key_jwt"
        switch object[member] {
        case nil: return nil
        case .boolean(let isAsked)?:
            guard !isAsked || allowance.allowsReuse else {
                throw MetadataFault(
                    member,
                    "\(member) is true, which this client may not have; leave it out, and send each assertion once")
            }
            return isAsked
        case .some: throw MetadataFault(member, "\(member) is not a boolean")
        }
    }
}

extension SignInFault {
    /// The member of the metadata that it is about (RFC 7591 §2).
    package var member: String {
        switch self {
        case .noRedirectURI, .redirectURI: "redirect_uris"
        case .postLogoutRedirectURI: "post_logout_redirect_uris"
        case .tooManyURIs(let member, _), .notAWebURL(let member, _), .notAnHTTPSURL(let member, _): member
        case .publicClientCredentials: "token_endpoint_auth_method"
        case .ambiguousSector, .patternWithoutSector: "sector_identifier_uri"
        }
    }

    /// A clause for the client's developer.
    package var phrase: String {
        switch self {
        case .noRedirectURI: "it has no redirect_uris, which the grant authorization_code needs"
        case .redirectURI(let uri, let problem), .postLogoutRedirectURI(let uri, let problem):
            "\(SentCredentials.quoted(uri)) in \(member) cannot be used: \(problem)"
        case .tooManyURIs(let member, let maximum): "it has more than \(maximum) \(member)"
        case .notAWebURL(let member, let url):
            "\(member) is \(SentCredentials.quoted(url)), which is not an http or https URL"
        case .notAnHTTPSURL(let member, let url):
            "\(member) is \(SentCredentials.quoted(url)), which is not an https URL without a fragment"
        case .publicClientCredentials:
            "the grant client_credentials needs a client that authenticates; use the token_endpoint_auth_method private_key_jwt, "
                + "with jwks or jwks_uri"
        case .ambiguousSector(let hosts):
            "pairwise subjects need one host for all redirect_uris, but there are \(hosts.prefix(8).joined(separator: ", ")); "
                + "add a sector_identifier_uri"
        case .patternWithoutSector:
            "pairwise subjects need a sector_identifier_uri, because a redirect URI is a pattern"
        }
    }
}
