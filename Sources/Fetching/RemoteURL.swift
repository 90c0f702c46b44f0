/// A URL that a document may be fetched from: https, or http on loopback where that is allowed.
///
/// Stricter than RFC 3986: no user name, no fragment, nothing percent-encoded in the host, no address in disguise. What has been let
/// through has one reading only, so what was checked is what is connected to.
package struct RemoteURL: Sendable, Hashable {
    /// The longest text that is read, in bytes.
    package static let maximumLength = 2048

    /// The URL as it was given.
    package let text: String
    /// Https or http.
    package let scheme: Scheme
    /// The port, also where the text does not name one.
    package let port: Int
    /// The path as it was given: empty, or beginning with `/`.
    package let path: String
    /// The query as it was given, without the question mark; `nil` where there is none.
    package let query: String?
    let address: RemoteHost

    /// How the document travels.
    package enum Scheme: String, Sendable, Hashable {
        case https
        /// On loopback only.
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

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: at most 2048 bytes.
    ///   - allowsHTTPOnLoopback: whether `http` is read where the host is `localhost`, `127.0.0.0/8` or `[::1]`.
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
        let (host, port) = Self.divide(authority)

        self.text = text
        self.scheme = scheme
        address = try RemoteHost(host)
        self.port = try port.map(Self.number) ?? scheme.defaultPort
        guard scheme == .https || (allowsHTTPOnLoopback && address.isLoopback) else { throw .notSecure }

        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = String(path)
        query = path.endIndex == target.endIndex ? nil : String(target[path.endIndex...].dropFirst())
        if let place = Self.firstForbidden(in: target) {
            throw .pathOrQuery(at: text.utf8.count - target.utf8.count + place)
        }
    }

    /// What is asked for: the same resource in the one form that every library reads alike.
    var canonical: String {
        let port = port == scheme.defaultPort ? "" : ":\(port)"
        return "\(scheme.rawValue)://\(host)\(port)\(path.isEmpty ? "/" : path)\(query.map { "?" + $0 } ?? "")"
    }

    static func divide(_ authority: Substring) -> (host: Substring, port: Substring?) {
        let end = authority.first == "[" ? authority.lastIndex(of: "]") : authority.startIndex
        guard let colon = authority[(end ?? authority.startIndex)...].firstIndex(of: ":") else {
            return (authority, nil)
        }
        return (authority[..<colon], authority[colon...].dropFirst())
    }

    static func number(_ port: Substring) throws(RemoteURLError) -> Int {
        let isDecimal = (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDecimal, let number = Int(port), (1...65535).contains(number) else {
            throw .port(String(port.prefix(100)))
        }
        return number
    }

    /// RFC 3986 §3.3, §3.4: where something else than `pchar`, `/` or `?` stands, or a `%` that encodes nothing.
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
    /// Where a `Location` header field leads (RFC 9110 §10.2.2): a reference, resolved against this URL (RFC 3986 §5.2).
    ///
    /// A fragment says where to look within a document, so here it is dropped.
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
    /// What the guard has against a URL as it stands, before any name is looked up.
    package enum Obstacle: Sendable, Equatable {
        /// It is never fetched from; why, as a phrase.
        case forbidden(String)
        /// It is fetched from only with a setting; which one, as a phrase.
        case needsSetting(String)
    }

    /// `nil` where the URL alone does not tell of any.
    package var obstacle: Obstacle? {
        switch address {
        case .address(let address):
            guard let purpose = AddressGuard.purpose(of: address) else { return nil }
            if purpose == .loopback { return .needsSetting("[remote_keys] allow_http_loopback is true") }
            guard purpose.isPrivateNetwork else {
                return .forbidden("\(address) is \(purpose.rawValue), which is never let through")
            }
            return .needsSetting("[remote_keys] allowed_networks names a network with \(address), \(purpose.rawValue)")
        case .name(let name):
            switch PrivateName.kind(of: name) {
            case nil: return nil
            case .metadata: return .forbidden("'\(name)' \(NameRefusal.metadata.explanation)")
            case .loopback: return .needsSetting("[remote_keys] allow_http_loopback is true")
            case .privateUse:
                return .needsSetting(
                    "[remote_keys] allowed_hosts names '\(name)', or allowed_networks the private network it leads to")
            }
        }
    }
}
