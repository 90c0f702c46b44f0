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
        switch destination(of: address) {
        case .v4(let number):
            return blocks4.first { $0.contains(number) }?.purpose
        case .v6(let number):
            if let block = blocks6.first(where: { $0.contains(number) }) { return block.purpose }
            // RFC 4291 §2.4: all assigned global unicast addresses begin with 001.
            return globalUnicast.contains(number) ? nil : .reserved
        }
    }

    /// The destination of the packets: the IPv4 address that an IPv6 address wraps, or else the address itself.
    static func destination(of address: IPAddress) -> IPAddress {
        guard case .v6(let number) = address, wrappers.contains(where: { $0.contains(number) }) else { return address }
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
        switch network.first {
        case .v4(let number):
            blocks4.first { $0.length <= network.length && $0.contains(number) }?.purpose
        case .v6(let number):
            blocks6.first { $0.length <= network.length && $0.contains(number) }?.purpose
        }
    }

    package static func isPublic(_ address: IPAddress) -> Bool {
        purpose(of: address) == nil
    }
}

/// A block of addresses with a common prefix.
private struct Block<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    let first: Number
    let length: Int
    let mask: Number
    let purpose: SpecialPurpose

    init(_ first: Number, _ length: Int, _ purpose: SpecialPurpose) {
        mask = IPNetwork.mask(length)
        self.first = first & mask
        self.length = length
        self.purpose = purpose
    }

    func contains(_ number: Number) -> Bool {
        number & mask == first
    }
}

/// If blocks are nested, the narrower one is first.
private let blocks4: [Block<UInt32>] = [
    Block(0x00_00_00_00, 8, .unspecified),
    Block(0x0A_00_00_00, 8, .privateUse),
    // Alibaba Cloud, inside the shared space.
    Block(0x64_64_64_C8, 32, .cloudMetadata),
    Block(0x64_40_00_00, 10, .carrierGradeNAT),
    Block(0x7F_00_00_00, 8, .loopback),
    // Azure's platform address: public by its number, but answered by the virtual machine's host.
    Block(0xA8_3F_81_10, 32, .cloudMetadata),
    // Most clouds; then Amazon's ECS tasks and EKS pods, Tencent Cloud, Scaleway.
    Block(0xA9_FE_A9_FE, 32, .cloudMetadata),
    Block(0xA9_FE_AA_02, 32, .cloudMetadata),
    Block(0xA9_FE_AA_17, 32, .cloudMetadata),
    Block(0xA9_FE_00_17, 32, .cloudMetadata),
    Block(0xA9_FE_2A_2A, 32, .cloudMetadata),
    Block(0xA9_FE_00_00, 16, .linkLocal),
    Block(0xAC_10_00_00, 12, .privateUse),
    // Oracle Cloud, inside the protocol assignments.
    Block(0xC0_00_00_C0, 32, .cloudMetadata),
    Block(0xC0_00_00_00, 24, .protocolAssignment),
    Block(0xC0_00_02_00, 24, .documentation),
    // AS112 sinks (RFC 7535, RFC 7534), automatic multicast tunnels (RFC 7450), 6to4 relays (RFC 7526).
    Block(0xC0_1F_C4_00, 24, .protocolAssignment),
    Block(0xC0_34_C1_00, 24, .protocolAssignment),
    Block(0xC0_58_63_00, 24, .protocolAssignment),
    Block(0xC0_AF_30_00, 24, .protocolAssignment),
    Block(0xC0_A8_00_00, 16, .privateUse),
    Block(0xC6_12_00_00, 15, .benchmarking),
    Block(0xC6_33_64_00, 24, .documentation),
    Block(0xCB_00_71_00, 24, .documentation),
    Block(0xE0_00_00_00, 4, .multicast),
    Block(0xFF_FF_FF_FF, 32, .broadcast),
    Block(0xF0_00_00_00, 4, .reserved),
]

/// An address from its first 64 bits.
private func high(_ bits: UInt64) -> UInt128 {
    UInt128(bits) << 64
}

private let globalUnicast = Block<UInt128>(high(0x2000_0000_0000_0000), 3, .reserved)

/// IPv6 addresses whose last 32 bits are the destination.
private let wrappers: [Block<UInt128>] = [
    Block(0xFFFF_0000_0000, 96, .translated),
    Block(high(0x0064_FF9B_0000_0000), 96, .translated),
]

private let blocks6: [Block<UInt128>] = [
    Block(0, 128, .unspecified),
    Block(1, 128, .loopback),
    Block(0, 96, .translated),
    Block(high(0x0064_FF9B_0001_0000), 48, .translated),
    Block(high(0x0100_0000_0000_0000), 64, .discard),
    Block(high(0x0100_0000_0000_0001), 64, .discard),
    Block(high(0x2001_0000_0000_0000), 32, .translated),
    Block(high(0x2001_0002_0000_0000), 48, .benchmarking),
    Block(high(0x2001_0000_0000_0000), 23, .protocolAssignment),
    Block(high(0x2001_0DB8_0000_0000), 32, .documentation),
    Block(high(0x2002_0000_0000_0000), 16, .translated),
    Block(high(0x2620_004F_8000_0000), 48, .protocolAssignment),
    Block(high(0x3FFF_0000_0000_0000), 20, .documentation),
    // Inside the unique local addresses: Amazon, which keeps the whole block for such services (`::254` of EC2, `::23` of EKS pods),
    // Google, Oracle, Scaleway, Akamai, Alibaba.
    Block(high(0xFD00_0EC2_0000_0000), 32, .cloudMetadata),
    Block(high(0xFD20_00CE_0000_0000) | 0x254, 128, .cloudMetadata),
    Block(high(0xFD00_00C1_0000_0000) | 0xA9FE_A9FE, 128, .cloudMetadata),
    Block(high(0xFD00_0042_0000_0000) | 0x42, 128, .cloudMetadata),
    Block(high(0xFD00_A9FE_A9FE_0000) | 1, 128, .cloudMetadata),
    Block(high(0xFD00_0100_0000_0000) | 0x0100_0200, 128, .cloudMetadata),
    Block(high(0xFC00_0000_0000_0000), 7, .uniqueLocal),
    Block(high(0xFE80_0000_0000_0000), 10, .linkLocal),
    Block(high(0xFEC0_0000_0000_0000), 10, .siteLocal),
    Block(high(0xFF00_0000_0000_0000), 8, .multicast),
]
