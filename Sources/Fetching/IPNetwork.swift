/// A block of addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), such as `10.20.0.0/16` or `fd00::/8`.
package struct IPNetwork: Sendable, Hashable {
    package let first: IPAddress
    /// The length of the common prefix, in bits.
    package let length: Int

    /// Parses the notation strictly: an address, a slash, a length in digits, and no bits set after the prefix.
    package init(_ text: String) throws(IPNetworkError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let part = parts.first, let address = IPAddress(String(part)) else { throw .form }
        guard parts.count > 1 else { throw .length(IPNetwork(around: address, address.bitWidth)) }
        guard parts.count == 2, let length = UInt8(decimal: parts[1]), length <= address.bitWidth else { throw .form }
        self.init(around: address, Int(length))
        guard first == address else { throw .hostBits(self) }
    }

    /// The block around an address with a prefix length.
    init(around address: IPAddress, _ length: Int) {
        self.length = length
        first =
            switch address {
            case .v4(let number): .v4(number & Self.mask(length))
            case .v6(let number): .v6(number & Self.mask(length))
            }
    }

    /// Whether the block contains the address. A block of IPv6 addresses never contains an IPv4 address.
    package func contains(_ address: IPAddress) -> Bool {
        switch (first, address) {
        case (.v4(let first), .v4(let number)): number & Self.mask(length) == first
        case (.v6(let first), .v6(let number)): number & Self.mask(length) == first
        case (.v4, .v6), (.v6, .v4): false
        }
    }

    /// A number with the first `length` bits set.
    static func mask<Number: FixedWidthInteger & UnsignedInteger>(_ length: Int) -> Number {
        length == 0 ? 0 : Number.max << (Number.bitWidth - length)
    }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String { "\(first)/\(length)" }
}

extension IPAddress {
    var bitWidth: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }
}

/// The reason why a text is not a block of addresses.
package enum IPNetworkError: Error, Sendable, Equatable {
    case form
    /// An address without a length; the block of this address alone.
    case length(IPNetwork)
    /// Bits are set after the prefix; the block around the address.
    case hostBits(IPNetwork)

    /// The fault as a phrase, with the correct form if it is known.
    package var phrase: String {
        switch self {
        case .form: "is not a network in CIDR notation, such as 10.20.0.0/16 or fd00::/8"
        case .length(let network): "has no prefix length; for this address alone write \(network)"
        case .hostBits(let network): "has bits set after the first \(network.length); write \(network)"
        }
    }
}
