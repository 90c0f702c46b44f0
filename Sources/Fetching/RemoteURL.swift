/// A URL that a document may be fetched from: https, or http on loopback if that is allowed.
///
/// Parsing is stricter than RFC 3986: no user name, no fragment, no percent-encoding in the host, no unusual form of an address. An
/// accepted URL is unambiguous, so the checked host is the one connected to.
package struct RemoteURL: Sendable, Hashable {
    /// The maximum length of the text, in bytes.
    package static let maximumLength = 2048

    package let text: String
    package let scheme: Scheme
    /// The port; the scheme's default if the text has none.
    package let port: Int
    /// The path as it was given: empty, or beginning with `/`.
    package let path: String
    /// The query as it was given, without the question mark.
    package let query: String?
    let address: RemoteHost

    package enum Scheme: String, Sendable, Hashable {
        case https
        case http

        var defaultPort: Int {
            switch self {
            case .https: 443
            case .http: 80
            }
        }
    }

    /// The host in lower case: a name, an IPv4 address, or an IPv6 address in brackets.
    package var host: String { address.text }

    /// - Parameters:
    ///   - text: at most 2048 bytes.
    ///   - allowsHTTPOnLoopback: whether `http` is allowed for the hosts `localhost`, `127.0.0.0/8` and `[::1]`.
    package init(_ text: String, allowsHTTPOnLoopback: Bool = false) throws(RemoteURLError) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        if let place = text.utf8.enumerated().first(where: { !(0x21...0x7E).contains($1) }) {
            throw .character(at: place.offset)
        }
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://")
        else { throw .scheme }
        guard !text.contains("#") else { throw .fragment }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "\\" }
        guard !authority.contains("@") else { throw .userInformation }
        let (host, port) = Self.splitPort(authority)

        self.text = text
        self.scheme = scheme
        address = try RemoteHost(host)
        self.port = try port.map(Self.parsePort) ?? scheme.defaultPort
        guard scheme == .https || (allowsHTTPOnLoopback && address.isLoopback) else { throw .notSecure }

        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = String(path)
        query = path.endIndex == target.endIndex ? nil : String(target[path.endIndex...].dropFirst())
        if let place = Self.firstForbidden(in: target) {
            throw .pathOrQuery(at: text.utf8.count - target.utf8.count + place)
        }
    }

    /// The URL in a canonical form that all libraries parse in the same way.
    package var canonical: String {
        let port = port == scheme.defaultPort ? "" : ":\(port)"
        return "\(scheme.rawValue)://\(host)\(port)\(path.isEmpty ? "/" : path)\(query.map { "?" + $0 } ?? "")"
    }

    static func splitPort(_ authority: Substring) -> (host: Substring, port: Substring?) {
        let end = authority.first == "[" ? authority.lastIndex(of: "]") : authority.startIndex
        guard let colon = authority[(end ?? authority.startIndex)...].firstIndex(of: ":") else {
            return (authority, nil)
        }
        return (authority[..<colon], authority[colon...].dropFirst())
    }

    static func parsePort(_ port: Substring) throws(RemoteURLError) -> Int {
        let isDecimal = (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDecimal, let number = Int(port), (1...65535).contains(number) else {
            throw .port(String(port.prefix(100)))
        }
        return number
    }

    /// The index of a character other than `pchar`, `/` or `?` (RFC 3986 §3.3, §3.4), or of a malformed percent-encoding.
    private static func firstForbidden(in target: Substring) -> Int? {
        let bytes = Array(target.utf8)
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = bytes[(place + 1)...].prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
                    return place
                }
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
                continue
            default:
                guard allowedMarks.contains(byte) else { return place }
            }
        }
        return nil
    }

    private static let allowedMarks = Array("-._~!$&'()*+,;=:@/?".utf8)
}

extension RemoteURL {
    /// Resolves the reference of a `Location` header field (RFC 9110 §10.2.2) against this URL (RFC 3986 §5.2).
    ///
    /// A fragment is dropped, since it points into a document.
    func resolving(_ reference: String, allowsHTTPOnLoopback: Bool) throws(RemoteURLError) -> RemoteURL {
        guard reference.utf8.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        let reference = reference.prefix { $0 != "#" }
        let origin = "\(scheme.rawValue)://\(host)\(port == scheme.defaultPort ? "" : ":\(port)")"
        let text: String
        if Self.hasScheme(reference) {
            text = String(reference)
        } else if reference.hasPrefix("//") {
            text = "\(scheme.rawValue):\(reference)"
        } else {
            let target = reference.prefix { $0 != "?" }
            var query = String(reference[target.endIndex...])
            let path: String
            if target.isEmpty {
                path = self.path
                if query.isEmpty { query = self.query.map { "?" + $0 } ?? "" }
            } else if target.hasPrefix("/") {
                path = Self.withoutDotSegments(target)
            } else {
                // RFC 3986 §5.2.3: everything up to the last slash, and the reference after it.
                let folder = self.path.lastIndex(of: "/").map { self.path[...$0] } ?? "/"
                path = Self.withoutDotSegments(folder + target)
            }
            text = origin + path + query
        }
        return try RemoteURL(text, allowsHTTPOnLoopback: allowsHTTPOnLoopback)
    }

    /// RFC 3986 §3.1: a letter, then letters, digits, `+`, `-`, `.`, then a colon.
    private static func hasScheme(_ reference: Substring) -> Bool {
        let scheme = reference.utf8.prefix {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E].contains($0)
        }
        guard let first = scheme.first, (0x61...0x7A).contains(first | 0x20) else { return false }
        return scheme.endIndex < reference.utf8.endIndex && reference.utf8[scheme.endIndex] == UInt8(ascii: ":")
    }

    /// RFC 3986 §5.2.4, for a path that begins with a slash.
    private static func withoutDotSegments(_ path: Substring) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in zip(segments.indices, segments) {
            let isLast = index == segments.endIndex - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}

extension RemoteURL {
    /// What is known about the host before any name is looked up, if it is not public.
    package enum Restriction: Sendable, Equatable {
        case address(IPAddress, SpecialPurpose)
        case name(String, PrivateName)
    }

    package var restriction: Restriction? {
        switch address {
        case .address(let address): AddressGuard.purpose(of: address).map { .address(address, $0) }
        case .name(let name): PrivateName.kind(of: name).map { .name(name, $0) }
        }
    }
}
