/// The sector of a client (OpenID Connect Core §8.1): clients of the same sector have the same pairwise identifiers.
enum Sector: Sendable, Hashable {
    /// The host of `sector_identifier_uri` or of the redirect URIs.
    case host(String)
    /// One client alone.
    case client(ClientID)

    /// Registration refuses several sectors, and patterns, without `sector_identifier_uri` (`SignInRules`).
    init(of client: ClientRecord) {
        if let identifier = client.signIn.sectorIdentifier, let host = URIParts.webHost(of: identifier) {
            self = .host(host)
        } else if let uri = client.signIn.redirectURIs.first(where: { !RedirectURI.isPattern($0) }) {
            self.init(of: client, redirectURI: uri)
        } else {
            self = .client(client.id)
        }
    }

    /// The sector by one redirect URI: its host. Loopback addresses and private-use schemes (RFC 8252 §7) are common to many native
    /// applications, which would share a sector.
    init(of client: ClientRecord, redirectURI: String) {
        guard let parts = try? URIParts(redirectURI), parts.scheme == "https", let host = parts.host, !host.isEmpty
        else {
            self = .client(client.id)
            return
        }
        self = .host(host)
    }

    /// A host has no colon outside brackets, so a client is never taken for one.
    var text: String {
        switch self {
        case .host(let host): host
        case .client(let id): "client:\(id.text)"
        }
    }

    /// In a message about several of them.
    var shown: String {
        switch self {
        case .host(let host): host
        case .client: "the person's own machine"
        }
    }
}
