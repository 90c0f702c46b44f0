import CountersignClient
import Server

/// The address the server listens on: `HOST:PORT`.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    let host: String
    /// 0 selects a free port.
    var port: Int

    /// `HOST:PORT`, as in a URL.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var isLoopback: Bool { ServerAddress.isLoopback(host: host) }

    /// Whether it means all addresses of the machine, so that clients cannot connect to it.
    var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    /// Returns the server's URLs with the listen address as the issuer.
    func urls(isSecure: Bool) -> ServerURLs? {
        ServerURLs(issuer: "\(isSecure ? "https" : "http")://\(self)")
    }
}

extension ListenAddress {
    /// - Returns: `nil` for anything but `HOST:PORT` and `[IPv6]:PORT`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (name, digits) = (text[..<colon], text[text.index(after: colon)...])
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            return nil
        }
        if name.hasPrefix("["), name.hasSuffix("]"), name.count > 2 {
            let address = name.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isASCII && ($0.isHexDigit || ".:".contains($0)) })
            else {
                return nil
            }
            host = String(address)
        } else {
            guard !name.isEmpty,
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) })
            else { return nil }
            host = String(name)
        }
        self.port = Int(port)
    }
}

extension SettingKind<ListenAddress> {
    static var listenAddress: Self {
        Self(
            allowed: "HOST:PORT, with brackets around an IPv6 address, and 0 for a free port",
            parse: { $0.stringValue.flatMap { ListenAddress($0) } }, format: { $0.description })
    }
}

extension SettingKind<ListenAddress?> {
    /// An address, or `off`.
    static var managementAddress: Self {
        let address = SettingKind<ListenAddress>.listenAddress
        return Self(
            allowed: "\(address.allowed), or off",
            parse: { value in
                if value.stringValue?.lowercased() == "off" { return .some(nil) }
                return address.parse(value).map(Optional.some)
            }, format: { $0.map(address.format) ?? "off" })
    }
}

extension SettingKind<ServerURLs> {
    static var issuer: Self {
        Self(
            allowed: "an http or https URL without a query, a fragment, or a slash at its end",
            parse: { $0.stringValue.flatMap { ServerURLs(issuer: $0) } }, format: { $0.issuer })
    }
}
