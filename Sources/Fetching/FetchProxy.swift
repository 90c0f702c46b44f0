/// An HTTP proxy for connections to key servers, with CONNECT (RFC 9110 §9.3.6).
///
/// TLS runs through the tunnel, end to end, so the proxy sees only the host's name.
package struct FetchProxy: Sendable, Equatable {
    let host: RemoteHost
    package let port: Int
    /// The credentials of Basic authentication (RFC 7617), if any.
    package private(set) var credentials: Credentials?
    package var exceptions = ProxyExceptions()
    /// Whether the proxy resolves names. Otherwise they are resolved here, and the proxy receives a checked address.
    package var resolvesNames = false

    /// A user and a password, hidden from descriptions.
    package struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        package let user: String
        package let password: String

        package var description: String { "(hidden)" }
        /// An empty mirror, so that dumps hide them as well.
        package var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// `proxy.internal:3128`, without credentials.
    package var name: String { "\(host.text):\(port)" }

    /// Parses `http://proxy.internal:3128` or `http://user:password@proxy.internal:3128`; user and password may be percent-encoded.
    ///
    /// - Parameter requiresScheme: whether `http://` is required; environment variables often omit it.
    package init(_ text: String, requiresScheme: Bool = true) throws(FetchProxyError) {
        var rest = text[...]
        if let end = rest.range(of: "://") {
            guard rest[..<end.lowerBound].lowercased() == "http" else { throw .scheme }
            rest = rest[end.upperBound...]
        } else if requiresScheme {
            throw .scheme
        }
        if rest.last == "/" { rest = rest.dropLast() }
        if let at = rest.lastIndex(of: "@") {
            credentials = try Self.credentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        guard !rest.contains(where: { $0 == "/" || $0 == "?" || $0 == "#" }) else { throw .path }
        let (host, port) = RemoteURL.splitPort(rest)
        guard let port else { throw .port }
        guard let port = try? RemoteURL.parsePort(port) else { throw .port }
        guard let host = try? RemoteHost(host) else { throw .host }
        (self.host, self.port) = (host, port)
    }

    /// Sets the password of the user that the text named.
    package mutating func setPassword(_ password: String) throws(FetchProxyError) {
        guard let credentials, credentials.password.isEmpty else { throw .passwordTwice }
        guard Self.isPlain(password) else { throw .credentials }
        self.credentials = Credentials(user: credentials.user, password: password)
    }

    private static func credentials(_ text: Substring) throws(FetchProxyError) -> Credentials {
        let user = text.prefix { $0 != ":" }
        let password = text[user.endIndex...].dropFirst()
        // RFC 7617 §2: the first colon ends the user, and control characters are not allowed.
        guard let user = decoded(user), let password = decoded(password), !user.isEmpty, !user.contains(":"),
            isPlain(user), isPlain(password)
        else { throw .credentials }
        return Credentials(user: user, password: password)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    /// Decodes percent-encoding (RFC 3986 §2.1); `nil` if it is malformed, or the bytes are not UTF-8.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = Hexadecimal.decode(Array(rest.prefix(2)))?.first else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The reason why a text does not name a proxy. It never contains any of the text, which may include a password.
package enum FetchProxyError: Error, Sendable, Equatable {
    case scheme
    case host
    case port
    case path
    case credentials
    /// A separate password, although the URL has one already or has no user.
    case passwordTwice

    package var phrase: String {
        switch self {
        case .scheme: "does not begin with http://, the only protocol supported for a proxy"
        case .host: "has no host name or IP address before its port"
        case .port: "has no port from 1 to 65535 after its host, as in http://proxy.internal:3128"
        case .path: "has a path, a query or a fragment"
        case .credentials: "has a user or password that is empty, badly percent-encoded, or has control characters"
        case .passwordTwice: "must have a user and no password if the password is in a file"
        }
    }
}
