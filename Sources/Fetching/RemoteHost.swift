/// The host of a URL: an address or a name.
enum RemoteHost: Sendable, Hashable {
    case address(IPAddress)
    /// In lower case.
    case name(String)

    /// Parses a host (RFC 3986 §3.2.2), with names of RFC 1123 §2.1 and no percent-encoding.
    init(_ text: Substring) throws(RemoteURLError) {
        let shown = String(text.prefix(100))
        if text.first == "[" {
            guard text.last == "]", let address = IPAddress(String(text.dropFirst().dropLast())) else {
                throw .host(shown)
            }
            guard case .v6 = address else { throw .host(shown) }
            self = .address(address)
            return
        }
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel), let last = labels.last else {
            throw .host(shown)
        }
        // C libraries treat such a host as an address, whatever the labels before (WHATWG URL, "ends in a number").
        if Self.isNumber(last) {
            guard let address = IPAddress(String(text)) else { throw .numericHost(shown) }
            self = .address(address)
        } else {
            self = .name(text.lowercased())
        }
    }

    /// Whether it is this machine, by name or by address (RFC 6761 §6.3).
    var isLoopback: Bool {
        switch self {
        case .address(let address): AddressGuard.purpose(of: address) == .loopback
        case .name(let name): name == "localhost"
        }
    }

    /// The host as in a URL.
    var text: String {
        switch self {
        case .address(.v6(let number)): "[\(IPAddress.v6(number))]"
        case .address(let address): address.text
        case .name(let name): name
        }
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        if label.allSatisfy({ (0x30...0x39).contains($0) }) { return true }
        let text = Substring(label).lowercased()
        return text.hasPrefix("0x") && text.dropFirst(2).allSatisfy(\.isHexDigit)
    }
}
