/// The parts of a redirect URI that decide whether it is safe to send an authorization response to (RFC 3986 §3).
struct RedirectURIParts {
    /// In lower case.
    let scheme: String
    /// `nil` if no `//` follows the scheme.
    let host: String?
    /// From the host's end to the end of the URI.
    let rest: Substring

    /// The characters that RFC 3986 §2 leaves out although they can be printed. A browser reads a backslash as a slash.
    private static let forbidden = Set("\"\\<>^`{|}".utf8)

    /// Returns why a URI is not a valid redirect URI, as a phrase; `nil` if it is.
    static func fault(in uri: String) -> String? {
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else {
            return "it has characters that are not allowed in a URI; percent-encode them, and write host names in ASCII"
        }
        guard hasValidEscapes(uri) else { return "a percent sign is not followed by two hexadecimal digits" }
        guard !uri.contains("#") else { return "it has a fragment" }
        do throws(Fault) {
            return try RedirectURIParts(uri).fault
        } catch {
            return error.phrase
        }
    }

    private struct Fault: Error { let phrase: String }

    private init(_ uri: String) throws(Fault) {
        let letters = uri.prefix { $0 != ":" }
        guard letters.count < uri.count, letters.first?.isLetter == true,
            letters.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
        else { throw Fault(phrase: "it is not an absolute URI") }
        scheme = letters.lowercased()
        let afterScheme = uri.dropFirst(letters.count + 1)
        guard afterScheme.hasPrefix("//") else {
            (host, rest) = (nil, afterScheme)
            return
        }
        let authority = afterScheme.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        rest = afterScheme.dropFirst(2 + authority.count)
        guard !authority.contains("@") else { throw Fault(phrase: "it has a user name before the host") }
        host = try Self.host(of: authority)
    }

    /// Splits the port off.
    private static func host(of authority: Substring) throws(Fault) -> String {
        let end = authority.last == "]" ? nil : authority.lastIndex(of: ":")
        if let end {
            let digits = authority[end...].dropFirst()
            guard digits.allSatisfy({ ("0"..."9").contains($0) }), let port = UInt16(digits), port > 0 else {
                throw Fault(phrase: "its port is not a number from 1 to 65535")
            }
        }
        let host = authority[..<(end ?? authority.endIndex)]
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw Fault(phrase: "its host is not a valid address")
            }
        } else if !host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) }) {
            throw Fault(phrase: "its host is not a valid name")
        }
        return host.lowercased()
    }

    private var fault: String? {
        let path = rest.prefix { $0 != "?" }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        // A browser would resolve them, and arrive at another page than the registered one.
        guard !segments.contains(where: { [".", ".."].contains($0.lowercased().replacing("%2e", with: ".")) }) else {
            return "its path has dot segments"
        }
        switch scheme {
        case "https": return host?.isEmpty == false ? nil : "it has no host"
        case "http":
            guard let host, !host.isEmpty else { return "it has no host" }
            return ["127.0.0.1", "[::1]", "localhost"].contains(host)
                ? nil
                : "it uses http, which is allowed only for this machine (127.0.0.1, [::1] or localhost); use https"
        default:
            // RFC 8252 §7.1: a native application's scheme is its domain name in reverse, which no browser gives a meaning of its own.
            return scheme.contains(".")
                ? nil
                : "its scheme '\(shortened(scheme, to: 32))' is not allowed; use https, or for a native application its domain name in reverse, such as com.example.app"
        }
    }

    private static func hasValidEscapes(_ uri: String) -> Bool {
        let parts = uri.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
        return parts.allSatisfy { $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }

    /// The source expression that allows a URI in a Content-Security-Policy (CSP Level 3 §2.3.1): its scheme. The host is left out, because
    /// browsers apply the policy to all redirects after a form, and many clients redirect from their redirect URI to another host of theirs.
    static func policySource(of uri: String) -> String? {
        guard fault(in: uri) == nil, let parts = try? RedirectURIParts(uri) else { return nil }
        return parts.scheme + ":"
    }
}
