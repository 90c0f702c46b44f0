import Server

/// `HOST:PORT`: where the server listens.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    let host: String
    /// 0 takes a free one.
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Returns: `nil` for anything but `HOST:PORT` and `[IPv6]:PORT`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (name, digits) = (text[..<colon], text[text.index(after: colon)...])
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
            return nil
        }
        if name.hasPrefix("["), name.hasSuffix("]"), name.count > 2 {
            let address = name.dropFirst().dropLast()
            guard address.contains(":"), address.utf8.allSatisfy(Self.isInIPv6Address) else { return nil }
            host = String(address)
        } else {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isInHostName) else { return nil }
            host = String(name)
        }
        self.port = Int(port)
    }

    /// `HOST:PORT`, as it stands in a URL.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can reach it (RFC 5735 §3, RFC 4291 §2.5.3, RFC 6761 §6.3).
    var isLoopback: Bool {
        if host == "::1" || host.lowercased() == "localhost" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }

    /// Whether it stands for every address of the machine, so that no client can call it by this name.
    var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    /// The server's addresses where the listen address is also the issuer.
    func urls(isSecure: Bool) -> ServerURLs? {
        ServerURLs(issuer: "\(isSecure ? "https" : "http")://\(self)")
    }

    private static func isInHostName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isInIPv6Address(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

extension SettingKind<ListenAddress> {
    static var listenAddress: Self {
        Self(
            allowed: "HOST:PORT, with brackets around an IPv6 address, and 0 for a free port",
            read: { $0.plain.flatMap { ListenAddress($0) } }, write: { $0.description })
    }
}

extension SettingKind<ServerURLs> {
    static var issuer: Self {
        Self(
            allowed: "an http or https URL without a query, a fragment, or a slash at its end",
            read: { $0.plain.flatMap { ServerURLs(issuer: $0) } }, write: { $0.issuer })
    }
}
