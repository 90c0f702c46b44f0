/// A host name that no public server has, told by its form alone.
///
/// This decides only where the proxy looks names up: then their addresses are not known here, and cannot be checked.
enum PrivateName: Sendable, Equatable {
    /// A cloud's metadata service.
    case metadata
    /// This machine, or the proxy's (RFC 6761 §6.3).
    case loopback
    /// A name without a dot, or below a domain that is set aside for private networks.
    case privateUse

    /// - Parameter name: in lower case.
    /// - Returns: `nil` for a name that may be public.
    static func kind(of name: String) -> PrivateName? {
        if metadataNames.contains(name) { return .metadata }
        if name == "localhost" || name.hasSuffix(".localhost") { return .loopback }
        if !name.contains(".") || domains.contains(where: { name.hasSuffix($0) }) { return .privateUse }
        return nil
    }

    private static let metadataNames: Set<String> = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
        "metadata.azure.internal", "metadata.tencentyun.com", "metadata.packet.net",
    ]

    /// RFC 6762 §3 and appendix G, RFC 8375, ICANN's resolution 2024.07.29.06 (`internal`), RFC 6761 §6.1.
    private static let domains = [
        ".local", ".internal", ".home.arpa", ".intranet", ".private", ".corp", ".home", ".lan", ".in-addr.arpa",
        ".ip6.arpa",
    ]
}

/// Why a host is not asked for by name.
public enum NameRefusal: Sendable, Equatable {
    case metadata
    case loopback
    case privateUse

    /// What it is and what to do, as a phrase.
    var explanation: String {
        switch self {
        case .metadata: "is the name of a cloud's metadata service, which is never let through"
        case .loopback: "is the proxy's own machine, which is never let through"
        case .privateUse:
            "is a name of private networks; to let a registered key set come from there, "
                + "name the host in 'allowed_hosts' under [remote_keys]"
        }
    }
}
