import Fetching

/// Why a client's registration does not work for signing people in.
package enum SignInFault: Error, Sendable, Equatable {
    /// The grant `authorization_code` without a redirect URI (RFC 6749 §3.1.2.2).
    case noRedirectURI
    /// - Parameter problem: a clause: "it has a fragment".
    case redirectURI(String, problem: String)
    case postLogoutRedirectURI(String, problem: String)
    /// - Parameter member: `redirect_uris` or `post_logout_redirect_uris`.
    case tooManyURIs(member: String, maximum: Int)
    /// A member that must be an http or https URL, by its name in RFC 7591.
    case notAWebURL(member: String, String)
    /// OpenID Connect Back-Channel Logout §2.2, OpenID Connect Registration §5.
    case notAnHTTPSURL(member: String, String)
    /// RFC 6749 §4.4: a client without authentication cannot have the grant `client_credentials`.
    case publicClientCredentials
    /// OpenID Connect Core §8.1: pairwise subjects need one host for all redirect URIs, or a sector identifier.
    case ambiguousSector(hosts: [String])
    /// The hosts of a pattern are not known, so pairwise subjects need a sector identifier.
    case patternWithoutSector(String)
}

/// The rules for a client that signs people in (RFC 7591 §2, OpenID Connect Registration §2).
package struct SignInRules: Sendable {
    /// Whether URLs that this server calls may use http on this machine.
    private let allowsHTTPOnLoopback: Bool

    package init(allowsHTTPOnLoopback: Bool) {
        self.allowsHTTPOnLoopback = allowsHTTPOnLoopback
    }

    package func check(_ client: ClientRecord) throws(SignInFault) {
        let options = client.signIn
        guard !client.grants.contains(.authorizationCode) || !options.redirectURIs.isEmpty else { throw .noRedirectURI }
        guard client.authenticationMethod != .none || !client.grants.contains(.clientCredentials) else {
            throw .publicClientCredentials
        }
        for (member, uris) in [
            ("redirect_uris", options.redirectURIs), ("post_logout_redirect_uris", options.postLogoutRedirectURIs),
        ] where uris.count > RedirectURI.maximumCount {
            throw .tooManyURIs(member: member, maximum: RedirectURI.maximumCount)
        }
        for uri in options.redirectURIs {
            if let problem = RedirectURI.fault(in: uri) { throw .redirectURI(uri, problem: problem) }
        }
        for uri in options.postLogoutRedirectURIs {
            if let problem = RedirectURI.fault(in: uri) { throw .postLogoutRedirectURI(uri, problem: problem) }
        }
        let shown = [
            ("client_uri", options.website), ("logo_uri", options.logo), ("policy_uri", options.privacyPolicy),
            ("tos_uri", options.termsOfService),
        ]
        for case (let member, let url?) in shown where !Self.isWebURL(url) { throw .notAWebURL(member: member, url) }
        for (member, url) in [
            ("backchannel_logout_uri", options.backChannelLogoutURI),
            ("sector_identifier_uri", options.sectorIdentifier),
        ] {
            guard let url else { continue }
            let isUsable = (try? RemoteURL(url, allowsHTTPOnLoopback: allowsHTTPOnLoopback)) != nil
            guard isUsable, !url.contains("#") else { throw .notAnHTTPSURL(member: member, url) }
        }
        try checkSector(client)
    }

    private func checkSector(_ client: ClientRecord) throws(SignInFault) {
        let options = client.signIn
        guard options.subjectType == .pairwise, options.sectorIdentifier == nil else { return }
        if let pattern = options.redirectURIs.first(where: RedirectURI.isPattern) {
            throw .patternWithoutSector(pattern)
        }
        let sectors = Set(options.redirectURIs.map { Sector(of: client, redirectURI: $0) })
        guard sectors.count <= 1 else { throw .ambiguousSector(hosts: sectors.map(\.shown).sorted()) }
    }

    /// Whether a text is an http or https URL that can be shown as a link.
    static func isWebURL(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }) else {
            return false
        }
        return URIParts.webHost(of: text) != nil
    }
}
