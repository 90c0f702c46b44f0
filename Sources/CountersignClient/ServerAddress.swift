/// A URL that secrets may be sent to: https, or http on the loopback interface (RFC 6749 §3.2, RFC 8252 §8.3).
public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// The URL as it was given.
    public let text: String
    /// Scheme, host and port: everything before the path.
    let origin: String
    /// Everything after the origin: empty, or `/something`.
    let path: String

    /// Parses a URL.
    ///
    /// - Throws: ``TokenClientError/address(_:_:)`` if it is not a URL, is not secure, or has a fragment.
    public init(_ text: String) throws(TokenClientError) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        let scheme = ["https://", "http://"].first(where: text.hasPrefix)
        guard let scheme, isPlain, !text.contains("#") else { throw .address(text, .notAURL) }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else { throw .address(text, .notAURL) }
        guard scheme == "https://" || Self.isLoopback(authority) else { throw .address(text, .notSecure) }
        self.text = text
        origin = scheme + authority
        path = String(rest.dropFirst(authority.count))
    }

    /// The URL as it was given.
    public var description: String { text }

    private static func isLoopback(_ authority: Substring) -> Bool {
        authority == "[::1]" || authority.hasPrefix("[::1]:") || isLoopback(host: authority.prefix { $0 != ":" })
    }

    /// Whether only this machine can reach a host (RFC 6761 §6.3, RFC 5735 §3, RFC 4291 §2.5.3).
    ///
    /// - Parameter host: a name, an IPv4 address, or an IPv6 address without brackets.
    package static func isLoopback(host: some StringProtocol) -> Bool {
        if host == "::1" || host.lowercased() == "localhost" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }
}
