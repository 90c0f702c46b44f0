/// The rules by which a redirect URI is safe to send an authorization response to, part by part.
enum RedirectURIParts {
    /// The characters that RFC 3986 §2 leaves out although they can be printed. A browser reads a backslash as a slash.
    private static let forbidden = Set("\"\\<>^`{|}".utf8)

    /// Returns why a URI is not a valid redirect URI, as a phrase; `nil` if it is.
    static func fault(in uri: String) -> String? {
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else {
            return "it has characters that are not allowed in a URI; percent-encode them, and write host names in ASCII"
        }
        guard hasValidEscapes(uri) else { return "a percent sign is not followed by two hexadecimal digits" }
        guard !uri.contains("#") else { return "it has a fragment" }
        do throws(URIParts.Fault) {
            return fault(in: try URIParts(uri))
        } catch {
            return error.phrase
        }
    }

    private static func fault(in parts: URIParts) -> String? {
        let path = parts.rest.prefix { $0 != "?" }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        // A browser would resolve them, and arrive at another page than the registered one.
        guard !segments.contains(where: { [".", ".."].contains($0.lowercased().replacing("%2e", with: ".")) }) else {
            return "its path has dot segments"
        }
        switch parts.scheme {
        case "https": return parts.host?.isEmpty == false ? nil : "it has no host"
        case "http":
            guard let host = parts.host, !host.isEmpty else { return "it has no host" }
            return ["127.0.0.1", "[::1]", "localhost"].contains(host)
                ? nil
                : "it uses http, which is allowed only for this machine (127.0.0.1, [::1] or localhost); use https"
        default:
            // RFC 8252 §7.1: a native application's scheme is its domain name in reverse, which no browser gives a meaning of its own.
            return parts.scheme.contains(".")
                ? nil
                : "its scheme '\(shortened(parts.scheme, to: 32))' is not allowed; use https, or for a native application its domain name in reverse, such as com.example.app"
        }
    }

    private static func hasValidEscapes(_ uri: String) -> Bool {
        let parts = uri.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
        return parts.allSatisfy { $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }

    /// The source expression that allows a URI in a Content-Security-Policy (CSP Level 3 §2.3.1): its scheme. The host is left out, because
    /// browsers apply the policy to all redirects after a form, and many clients redirect from their redirect URI to another host of theirs.
    static func policySource(of uri: String) -> String? {
        guard fault(in: uri) == nil, let parts = try? URIParts(uri) else { return nil }
        return parts.scheme + ":"
    }
}
