/// A host name that is private by its form.
///
/// It is needed only if the proxy resolves names, since their addresses cannot be checked here. The form is not conclusive: any
/// name may resolve to a private address, such as a name in an organisation's zone (`keys.corp.example.com`), a name that spells an
/// address (`10-0-0-1.nip.io`) or a name relative to a search domain (`kubernetes.default`). So the proxy must refuse private addresses.
package enum PrivateName: Sendable, Equatable {
    case metadata
    /// This machine, or the proxy's (RFC 6761 §6.3).
    case loopback
    /// A name without a dot, or below a domain reserved for private networks.
    case privateUse

    /// - Parameter name: in lower case.
    /// - Returns: `nil` for a name that may be public.
    static func kind(of name: String) -> PrivateName? {
        if metadataNames.contains(name) { return .metadata }
        if name == "localhost" || name.hasSuffix(".localhost") { return .loopback }
        if !name.contains(".") || domains.contains(where: { name.hasSuffix($0) || name == $0.dropFirst() }) {
            return .privateUse
        }
        return nil
    }

    private static let metadataNames: Set<String> = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
        "metadata.azure.internal", "metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com",
        "api.metadata.cloud.ibm.com", "rancher-metadata",
    ]

    /// Domains without public servers.
    ///
    /// `.example` is not listed, since there are no servers below it, public or private.
    private static let domains = [
        // IANA's special-use names: RFC 6762 §3, RFC 6761 §6.2 and §6.4, RFC 7686, RFC 9476. Below `arpa` are RFC 8375's `home.arpa`,
        // RFC 6761 §6.1's reverse names and others, and no key servers.
        ".local", ".test", ".invalid", ".onion", ".alt", ".arpa",
        // RFC 6762 appendix G, and ICANN's resolution 2024.07.29.06 (`internal`).
        ".internal", ".intranet", ".private", ".corp", ".home", ".lan",
        // Never delegated by ICANN, like `corp` and `home` (resolution 2018.02.04.12).
        ".mail",
        // Resolvers' and routers' own domains.
        ".localdomain", ".domain", ".workgroup", ".intra", ".priv", ".fritz.box", ".speedport.ip", ".router",
        ".gateway", ".dhcp",
        // Kubernetes' services without the cluster's domain, Consul, Nomad, Docker.
        ".svc", ".pod", ".consul", ".nomad", ".docker",
        // Overlay networks.
        ".i2p", ".exit", ".gnu", ".bit",
    ]
}

/// The reason for refusing a host name.
package enum NameRefusal: Sendable, Equatable {
    case metadata
    case loopback
    case privateUse
    /// A private name from a client that is itself a URL.
    case unregistered
    /// A private name that a public server redirected to.
    case redirectedFromPublic

    /// The kind of name and what to do, as a phrase.
    func phrase(_ names: FetchSettingNames) -> String {
        switch self {
        case .metadata: "is the name of a cloud's metadata service, which is never allowed"
        case .loopback: "is the proxy's own machine, which is never allowed"
        case .privateUse:
            "is a name of private networks; to let a registered key set come from there, "
                + "name the host in '\(names.allowedHosts)'\(names.place)"
        case .unregistered:
            "is a name of private networks; documents and key sets of clients that are URLs come from public servers only, "
                + "so register the client with its jwks_uri, or publish them under a public name"
        case .redirectedFromPublic:
            "is a name of private networks, to which a public server cannot redirect; "
                + "register the URL that has the document"
        }
    }
}
