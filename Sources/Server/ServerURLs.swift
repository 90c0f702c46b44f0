import Fetching

/// The URLs of one authorization server, all below its issuer identifier (RFC 8414 §2).
package struct ServerURLs: Sendable {
    /// The issuer identifier, without a trailing slash.
    package let issuer: String
    /// The path part of the issuer: empty, or `/something`.
    package let path: String
    /// The host with its port, as people see it.
    package var host: String { String(origin.split(separator: "/").last ?? "") }
    /// Scheme, host and port in the form of the header field `Origin` (RFC 6454 §6.2).
    package let origin: String
    /// Whether it is on loopback without TLS, for trying out.
    package let isPlainLoopback: Bool

    /// - Returns: `nil` unless the issuer is an http or https URL without query, fragment or trailing slash.
    package init?(issuer: String) {
        guard let scheme = ["https://", "http://"].first(where: issuer.hasPrefix) else { return nil }
        let rest = issuer.dropFirst(scheme.count)
        let isPlain = issuer.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        guard isPlain, !rest.contains(where: { "?#@<>".contains($0) }), !issuer.hasSuffix("/") else { return nil }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty else { return nil }
        self.issuer = issuer
        path = String(rest.dropFirst(authority.count))
        let lowercased = authority.lowercased()
        let defaultPort = scheme == "https://" ? ":443" : ":80"
        origin = scheme + (lowercased.hasSuffix(defaultPort) ? lowercased.dropLast(defaultPort.count) : lowercased[...])
        isPlainLoopback = scheme == "http://" && (try? RemoteURL(issuer, allowsHTTPOnLoopback: true)) != nil
    }

    /// The authorization endpoint (RFC 6749 §3.1).
    package var authorization: String { issuer + "/oauth2/authorize" }
    /// The token endpoint (RFC 6749 §3.2).
    package var token: String { issuer + "/oauth2/token" }
    /// The UserInfo endpoint (OpenID Connect Core §5.3).
    package var userInfo: String { issuer + "/oauth2/userinfo" }
    /// The introspection endpoint (RFC 7662 §2).
    package var introspection: String { issuer + "/oauth2/introspect" }
    /// The revocation endpoint (RFC 7009 §2).
    package var revocation: String { issuer + "/oauth2/revoke" }
    /// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2).
    package var endSession: String { issuer + EndSessionEndpoint.path }
    /// The client registration endpoint (RFC 7591 §3).
    package var registration: String { issuer + "/oauth2/register" }
    /// The client configuration endpoint of a client (RFC 7592 §2).
    package func registration(of client: ClientID) -> String { registration + "/" + client.text }
    /// The base URL of the admin API, and the resource that its tokens are for (RFC 8707).
    package var adminAPI: String { issuer + "/admin/v1" }
    /// The key set document (RFC 7517 §5).
    package var keySet: String { issuer + "/oauth2/jwks" }

    /// OpenID Connect Discovery §4: the suffix follows the issuer's path.
    package var openIDConfigurationPath: String { path + "/.well-known/openid-configuration" }
    /// RFC 8414 §3.1: the prefix goes between host and path.
    package var authorizationServerMetadataPath: String { "/.well-known/oauth-authorization-server" + path }
}
