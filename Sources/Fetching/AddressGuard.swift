/// The classification of addresses: public ones, and those that a fetch for an untrusted party must not reach.
///
/// The author of a URL chooses the peer of this server's connection. From inside the network, that could be the server's own ports, its
/// neighbours behind the firewall, or the service with the machine's credentials.
package enum AddressGuard {
    /// The special purpose of an address; `nil` if it is public.
    ///
    /// An IPv6 address that wraps an IPv4 address is classified by the IPv4 address if the packets go there (`::ffff:0:0/96`, and
    /// `64:ff9b::/96`, the answers of a resolver with DNS64); other addresses with an IPv4 address inside are refused.
    package static func purpose(of address: IPAddress) -> SpecialPurpose? {
        let destination = destination(of: address)
        if let block = blocks.first(where: { $0.network.contains(destination) }) { return block.purpose }
        // RFC 4291 §2.4: all assigned global unicast addresses begin with 001.
        if case .v6 = destination, !globalUnicast.contains(destination) { return .reserved }
        return nil
    }

    /// The destination of the packets: the IPv4 address that an IPv6 address wraps, or else the address itself.
    static func destination(of address: IPAddress) -> IPAddress {
        guard case .v6(let number) = address, wrappers.contains(where: { $0.contains(address) }) else { return address }
        return .v4(UInt32(truncatingIfNeeded: number))
    }

    /// The IPv4 network that a network of wrapping addresses contains; `nil` for every other network.
    static func wrapped(in network: IPNetwork) -> IPNetwork? {
        guard network.length >= 96, case .v4(let number) = destination(of: network.first), case .v6 = network.first
        else { return nil }
        return IPNetwork(around: .v4(number), network.length - 96)
    }

    /// The purpose of the narrowest block that contains a network, if any. A few addresses inside it may have a narrower purpose.
    static func purpose(of network: IPNetwork) -> SpecialPurpose? {
        blocks.first { $0.network.length <= network.length && $0.network.contains(network.first) }?.purpose
    }

    package static func isPublic(_ address: IPAddress) -> Bool {
        purpose(of: address) == nil
    }
}

private let globalUnicast = v6(0x2000_0000_0000_0000, 3)

/// IPv6 addresses whose last 32 bits are the destination.
private let wrappers = [v6(0, low: 0xFFFF_0000_0000, 96), v6(0x0064_FF9B_0000_0000, 96)]

/// The blocks with a special purpose. Of nested blocks, the narrower one is first.
private let blocks: [(network: IPNetwork, purpose: SpecialPurpose)] =
    networks.flatMap { purpose, networks in networks.map { (network: $0, purpose: purpose) } }
    .sorted { $0.network.length > $1.network.length }

private let networks: [(SpecialPurpose, [IPNetwork])] = [
    (.unspecified, [v4(0x00_00_00_00, 8), v6(0, 128)]),
    (.loopback, [v4(0x7F_00_00_00, 8), v6(0, low: 1, 128)]),
    (.privateUse, [v4(0x0A_00_00_00, 8), v4(0xAC_10_00_00, 12), v4(0xC0_A8_00_00, 16)]),
    (.carrierGradeNAT, [v4(0x64_40_00_00, 10)]),
    (.uniqueLocal, [v6(0xFC00_0000_0000_0000, 7)]),
    (.linkLocal, [v4(0xA9_FE_00_00, 16), v6(0xFE80_0000_0000_0000, 10)]),
    (.siteLocal, [v6(0xFEC0_0000_0000_0000, 10)]),
    (.multicast, [v4(0xE0_00_00_00, 4), v6(0xFF00_0000_0000_0000, 8)]),
    (.broadcast, [v4(0xFF_FF_FF_FF, 32)]),
    (.reserved, [v4(0xF0_00_00_00, 4)]),
    (.discard, [v6(0x0100_0000_0000_0000, 64), v6(0x0100_0000_0000_0001, 64)]),
    (.benchmarking, [v4(0xC6_12_00_00, 15), v6(0x2001_0002_0000_0000, 48)]),
    (
        .cloudMetadata,
        [
            // Most clouds; then Amazon's ECS tasks and EKS pods, Tencent Cloud, Scaleway.
            v4(0xA9_FE_A9_FE, 32), v4(0xA9_FE_AA_02, 32), v4(0xA9_FE_AA_17, 32), v4(0xA9_FE_00_17, 32),
            v4(0xA9_FE_2A_2A, 32),
            // Alibaba Cloud, inside the shared space; Oracle Cloud, inside the protocol assignments.
            v4(0x64_64_64_C8, 32), v4(0xC0_00_00_C0, 32),
            // Azure's platform address: public by its number, but answered by the virtual machine's host.
            v4(0xA8_3F_81_10, 32),
            // Inside the unique local addresses: Amazon, which keeps the whole block for such services (`::254` of EC2, `::23` of EKS
            // pods), Google, Oracle, Scaleway, Akamai, Alibaba.
            v6(0xFD00_0EC2_0000_0000, 32), v6(0xFD20_00CE_0000_0000, low: 0x254, 128),
            v6(0xFD00_00C1_0000_0000, low: 0xA9FE_A9FE, 128), v6(0xFD00_0042_0000_0000, low: 0x42, 128),
            v6(0xFD00_A9FE_A9FE_0000, low: 1, 128), v6(0xFD00_0100_0000_0000, low: 0x0100_0200, 128),
        ]
    ),
    (
        .protocolAssignment,
        [
            v4(0xC0_00_00_00, 24), v6(0x2001_0000_0000_0000, 23),
            // AS112 sinks (RFC 7535, RFC 7534), automatic multicast tunnels (RFC 7450), 6to4 relays (RFC 7526).
            v4(0xC0_1F_C4_00, 24), v4(0xC0_AF_30_00, 24), v6(0x2620_004F_8000_0000, 48), v4(0xC0_34_C1_00, 24),
            v4(0xC0_58_63_00, 24),
        ]
    ),
    (
        .documentation,
        [
            v4(0xC0_00_02_00, 24), v4(0xC6_33_64_00, 24), v4(0xCB_00_71_00, 24), v6(0x2001_0DB8_0000_0000, 32),
            v6(0x3FFF_0000_0000_0000, 20),
        ]
    ),
    (
        .translated,
        [
            v6(0, 96), v6(0x0064_FF9B_0001_0000, 48), v6(0x2001_0000_0000_0000, 32), v6(0x2002_0000_0000_0000, 16),
        ]
    ),
]

private func v4(_ number: UInt32, _ length: Int) -> IPNetwork {
    IPNetwork(around: .v4(number), length)
}

/// - Parameters:
///   - high: the first 64 bits.
///   - low: the last 64 bits.
private func v6(_ high: UInt64, low: UInt64 = 0, _ length: Int) -> IPNetwork {
    IPNetwork(around: .v6(UInt128(high) << 64 | UInt128(low)), length)
}
