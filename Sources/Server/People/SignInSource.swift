import Fetching

/// Where a sign-in attempt comes from: what one attacker can hardly change.
enum SignInSource: Sendable, Hashable {
    case v4(UInt32)
    /// The first 64 bits: a network that is usually assigned to one subscriber, who can use all its addresses.
    case v6(UInt64)

    /// - Returns: `nil` for addresses that are not public: behind a reverse proxy, everybody has the proxy's address, and one person's
    ///   failures must not slow down the others.
    init?(_ address: String?) {
        guard let address = address.flatMap(IPAddress.init) else { return nil }
        switch address {
        case .v4(let number):
            guard AddressGuard.isPublic(address) else { return nil }
            self = .v4(number)
        case .v6(let number):
            // ::ffff:0:0/96 (RFC 4291 §2.5.5.2): an IPv4 address, as a socket for both versions reports it.
            if number >> 32 == 0xFFFF {
                let embedded = UInt32(truncatingIfNeeded: number)
                guard AddressGuard.isPublic(.v4(embedded)) else { return nil }
                self = .v4(embedded)
            } else {
                guard AddressGuard.isPublic(address) else { return nil }
                self = .v6(UInt64(truncatingIfNeeded: number >> 64))
            }
        }
    }
}
