import Fetching

/// A client's logo at its `logo_uri`, which the person's browser loads from the client's host.
///
/// The URL goes into the Content-Security-Policy of the page, where `;`, `,` and spaces separate, and a trailing slash allows everything
/// below it. A URL that such a policy cannot name exactly is not shown.
package struct ClientLogo: Sendable, Equatable {
    package let url: String
    /// The source expression for this image alone (CSP Level 3 §2.3.1). It has no query, which policies do not compare.
    var source: String { String(url.prefix { $0 != "?" }) }

    /// - Returns: `nil` unless it is an https URL of a file, at a named host, with a path of plain characters.
    package init?(_ text: String, allowsHTTPOnLoopback: Bool = false) {
        guard let remote = try? RemoteURL(text, allowsHTTPOnLoopback: allowsHTTPOnLoopback),
            Self.isComparable(remote.host), !remote.path.isEmpty, !remote.path.hasSuffix("/"),
            remote.path.utf8.allSatisfy(Self.isPlain), !remote.hasDotSegments
        else { return nil }
        url = remote.canonical
    }

    /// CSP Level 3 §6.7.2.11: of the addresses, a policy can name 127.0.0.1 alone.
    private static func isComparable(_ host: String) -> Bool {
        host == "127.0.0.1" || !host.utf8.allSatisfy { "0123456789.".utf8.contains($0) } && !host.hasPrefix("[")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        Base64URL.isInAlphabet(byte) || "/.~%+=@:".utf8.contains(byte)
    }
}

extension RemoteURL {
    /// Whether browsers would change the path before they load it (WHATWG URL).
    fileprivate var hasDotSegments: Bool {
        path.lowercased().replacing("%2e", with: ".").split(separator: "/").contains { $0 == "." || $0 == ".." }
    }
}

extension Page.Content {
    /// The logo that the page shows.
    var logo: ClientLogo? {
        switch self {
        case .signIn(let page): page.client?.logo
        case .consent(let page): page.client.logo
        case .refusal, .formPost, .signOut, .signedOut, .account: nil
        }
    }
}
