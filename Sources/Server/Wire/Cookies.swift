import Crypto

/// The cookies of a request (RFC 6265 §4.2.1).
///
/// A name that was sent more than once has no value here. A browser keeps only one cookie with a `__Host-` name, so a second one was
/// planted (*cookie tossing*), and the order in which they arrive does not reveal which. To choose one could sign a person in as
/// somebody else; to ignore both only makes them sign in again.
package struct Cookies: Sendable {
    /// The most cookies that are looked at. Browsers keep about 180 for each site.
    static let maximumCount = 200
    /// The longest value, in bytes.
    static let maximumLength = 1024

    private let pairs: [(name: Substring, value: Substring)]

    package init(_ request: EndpointRequest) {
        let field = request.headers["Cookie"] ?? ""
        let parts = field.split(separator: ";", maxSplits: Self.maximumCount)
        // Too many: the rest could hide a second cookie of a name.
        guard parts.count <= Self.maximumCount else {
            pairs = []
            return
        }
        pairs = parts.compactMap { part in
            let pair = part.drop { $0 == " " }
            // A cookie without a name is sent as its value alone, which may look like `name=value`: it then counts as a second one.
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            return (pair[..<equals], pair[pair.index(after: equals)...])
        }
    }

    /// The value of a cookie; `nil` if it was not sent, was sent more than once, or is too long or not plain ASCII.
    package subscript(_ name: String) -> String? {
        let found = pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }
        guard found.count == 1, let value = found.first?.value, (1...Self.maximumLength).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return String(value)
    }
}

/// A cookie of this server: for its host alone, unreadable for scripts, and not sent with requests that other sites make in the
/// background.
///
/// `SameSite=Lax`, because a person arrives at the authorization endpoint from the client's site and must be recognised there.
package struct ServerCookie: Sendable, Equatable {
    /// The name as browsers see it.
    package let name: String
    private let isSecure: Bool

    /// - Parameter name: without the prefix `__Host-`. Browsers accept such a cookie only over TLS, for all paths, and not from another host
    ///   of the domain. An issuer on loopback over plain HTTP, for trying out, cannot have it. Issuers that share a host have different
    ///   cookies.
    package init(_ name: String, of urls: ServerURLs) {
        isSecure = !urls.isPlainLoopback
        let suffix =
            urls.path.isEmpty ? "" : "-" + Hexadecimal.encode(SHA256.hash(data: Array(urls.path.utf8)).prefix(4))
        self.name = (isSecure ? "__Host-" : "") + name + suffix
    }

    /// The header field `Set-Cookie`.
    ///
    /// - Parameter lifetime: `nil` means until the browser is closed.
    package func setting(_ value: String, lifetime: Duration? = nil) -> String {
        let age = lifetime.map { "; Max-Age=\($0.milliseconds / 1000)" } ?? ""
        return "\(name)=\(value)\(attributes)\(age)"
    }

    /// The header field `Set-Cookie` that deletes it.
    package var deletion: String { "\(name)=\(attributes); Max-Age=0" }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "") }
}
