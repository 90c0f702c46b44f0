/// What an address is for, if it is not a place on the public internet.
///
/// From the IANA registries of special-purpose addresses (RFC 6890), multicast (RFC 5771, RFC 4291 §2.7), and what the large clouds
/// serve their instances' credentials from.
package enum SpecialPurpose: String, Sendable, Hashable {
    /// 127.0.0.0/8, `::1`.
    case loopback = "a loopback address"
    /// `0.0.0.0/8`, `::`.
    case unspecified = "an address of this very host or network"
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918).
    case privateUse = "a private address"
    /// `100.64.0.0/10` (RFC 6598).
    case carrierGradeNAT = "an address between a provider and its customers"
    /// `169.254.0.0/16`, `fe80::/10`.
    case linkLocal = "a link-local address"
    /// Where a cloud's instances ask for their own credentials.
    case cloudMetadata = "the address of a cloud's metadata service"
    /// `fc00::/7` (RFC 4193).
    case uniqueLocal = "a unique local address"
    /// `fec0::/10` (RFC 3879).
    case siteLocal = "a site-local address"
    /// `224.0.0.0/4`, `ff00::/8`.
    case multicast = "a multicast address"
    /// `255.255.255.255`.
    case broadcast = "the broadcast address"
    /// RFC 5737, RFC 3849, RFC 9637.
    case documentation = "an address for documentation"
    /// RFC 2544, RFC 5180.
    case benchmarking = "an address for benchmarks"
    /// `192.0.0.0/24`, `2001::/23` without what has a name of its own, and the addresses of single protocols.
    case protocolAssignment = "an address that is assigned to a protocol"
    /// `100::/64` (RFC 6666), `100:0:0:1::/64` (RFC 9780).
    case discard = "an address whose traffic is thrown away"
    /// `::/96`, `2002::/16`, `2001::/32`, `64:ff9b:1::/48`: an IPv4 address travels inside, along a path nobody here knows.
    case translated = "an IPv6 address that stands for an IPv4 address"
    /// What is not given out yet, or never will be.
    case reserved = "a reserved address"

    /// Whether the addresses are those of private networks, which an operator may allow.
    var isPrivateNetwork: Bool {
        switch self {
        case .privateUse, .carrierGradeNAT, .uniqueLocal: true
        case .siteLocal, .documentation, .benchmarking, .reserved, .loopback, .unspecified, .linkLocal, .cloudMetadata,
            .multicast, .broadcast, .protocolAssignment, .discard, .translated:
            false
        }
    }
}
