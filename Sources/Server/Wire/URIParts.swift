/// The parts of an absolute URI (RFC 3986 §3).
struct URIParts: Sendable {
    /// In lower case.
    let scheme: String
    /// In lower case, an IPv6 address in brackets; `nil` if no `//` follows the scheme.
    let host: String?
    /// From the authority's end to the end of the URI.
    let rest: Substring

    /// What is wrong with a URI.
    struct Fault: Error {
        /// Continues "it …" or "its …".
        let phrase: String
    }

    init(_ uri: String) throws(Fault) {
        let letters = uri.prefix { $0 != ":" }
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), letters.count < uri.count,
            letters.first?.isLetter == true, letters.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
        else { throw Fault(phrase: "it is not an absolute URI") }
        scheme = letters.lowercased()
        let afterScheme = uri.dropFirst(letters.count + 1)
        guard afterScheme.hasPrefix("//") else {
            (host, rest) = (nil, afterScheme)
            return
        }
        let authority = afterScheme.dropFirst(2).prefix { !"/?#".contains($0) }
        rest = afterScheme.dropFirst(2 + authority.count)
        guard !authority.contains("@") else { throw Fault(phrase: "it has a user name before the host") }
        host = try Self.host(of: authority)
    }

    /// Returns the host of an http or https URL.
    static func webHost(of url: String) -> String? {
        guard let parts = try? URIParts(url), ["https", "http"].contains(parts.scheme), let host = parts.host,
            !host.isEmpty
        else { return nil }
        return host
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
}
