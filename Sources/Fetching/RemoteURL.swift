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
