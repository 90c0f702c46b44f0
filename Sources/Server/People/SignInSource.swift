import Fetching

/// The source of a sign-in attempt, which an attacker cannot easily change.
enum SignInSource: Sendable, Hashable {
    case v4(UInt32)
    /// The first 64 bits: a network that is usually assigned to one subscriber, who can use all its addresses.
    case v6(UInt64)
    /// The first 48 bits: the largest network that is usually assigned to one site.
    case v6Site(UInt64)
    /// A private address, which may be that of a reverse proxy and so common to many people. One person's failures must not slow down
    /// the others.
    case local(IPAddress)

    /// Returns the sources that an address stands for; none for a text that is not an address.
    ///
    /// - Parameter address: of the connection, or what a trusted proxy reports (`behind_proxy`).
    static func of(_ address: String?) -> [SignInSource] {
        guard var address = address.flatMap(IPAddress.init) else { return [] }
        // ::ffff:0:0/96 (RFC 4291 §2.5.5.2): an IPv4 address, as a socket for both versions reports it.
        if case .v6(let number) = address, number >> 32 == 0xFFFF { address = .v4(UInt32(truncatingIfNeeded: number)) }
        guard AddressGuard.isPublic(address) else { return [.local(address)] }
        switch address {
        case .v4(let number): return [.v4(number)]
        case .v6(let number):
            return [.v6(UInt64(truncatingIfNeeded: number >> 64)), .v6Site(UInt64(truncatingIfNeeded: number >> 80))]
        }
    }

    var isPublic: Bool { if case .local = self { false } else { true } }

    var rule: SignInFailures.Rule {
        switch self {
        // Many people may share an address.
        case .v4, .v6: SignInFailures.Rule(free: 20, forgiveness: .seconds(60))
        case .v6Site: SignInFailures.Rule(free: 200, forgiveness: .seconds(6), longestWait: .seconds(1))
        case .local: SignInFailures.Rule(free: 200, forgiveness: .seconds(1), longestWait: .seconds(1))
        }
    }
}
