/// The purpose of an address that is not part of the public internet.
///
/// From the IANA registries of special-purpose addresses (RFC 6890), multicast (RFC 5771, RFC 4291 §2.7), and the metadata services of
/// the large clouds.
package enum SpecialPurpose: String, Sendable, Hashable {
    /// 127.0.0.0/8, `::1`.
    case loopback = "a loopback address"
    /// `0.0.0.0/8`, `::`.
    case unspecified = "an address of this host or network"
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` (RFC 1918).
    case privateUse = "a private address"
    /// `100.64.0.0/10` (RFC 6598).
    case carrierGradeNAT = "an address of carrier-grade NAT"
    /// `169.254.0.0/16`, `fe80::/10`.
    case linkLocal = "a link-local address"
    /// The source of a cloud instance's credentials.
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
    /// `192.0.0.0/24`, `2001::/23` apart from its named parts, and the addresses of single protocols.
    case protocolAssignment = "an address assigned to a protocol"
    /// `100::/64` (RFC 6666), `100:0:0:1::/64` (RFC 9780).
    case discard = "an address whose traffic is discarded"
    /// `::/96`, `2002::/16`, `2001::/32`, `64:ff9b:1::/48`: they contain an IPv4 address and take an unknown route.
    case translated = "an IPv6 address that stands for an IPv4 address"
    /// Not assigned.
    case reserved = "a reserved address"

    /// Whether it is a private network, which an operator may allow.
    ///
    /// The others lead to this machine, its link, its cloud's credentials, several hosts at once, an unknown route, or no valid host.
    package var isPrivateNetwork: Bool {
        [.privateUse, .carrierGradeNAT, .uniqueLocal].contains(self)
    }
}
