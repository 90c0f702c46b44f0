/// Redirect URIs (RFC 6749 §3.1.2): which can be registered, and which registered ones a request may use.
package enum RedirectURI {
    /// In bytes.
    package static let maximumLength = 2048
    /// How many one client can register, and how many of those where people return to after signing out.
    package static let maximumCount = 64

    /// Returns why a value cannot be registered, as a phrase that continues "it …" or "its …"; `nil` if it can.
    ///
    /// - Parameter text: an absolute URI, or `regexp=` and a pattern (see `RedirectPattern`).
    package static func fault(in text: String) -> String? {
        guard text.utf8.count <= maximumLength else { return "it is longer than \(maximumLength) bytes" }
        guard let pattern = RedirectPattern.source(in: text) else { return RedirectURIParts.fault(in: text) }
        do {
            _ = try RedirectPattern(pattern)
            return nil
        } catch {
            return error.phrase
        }
    }

    /// Whether a registered value is a pattern.
    package static func isPattern(_ registered: String) -> Bool { RedirectPattern.source(in: registered) != nil }

    /// RFC 9700 §4.1.3: returns whether a request may use a URI: it is valid, and equal to a registered one byte for byte. Two things may
    /// differ: the port of a loopback address (RFC 8252 §7.3), and what a registered pattern leaves open.
    ///
    /// - Parameter isPublic: whether the client is public: only native applications may use any port of `localhost`, which a browser's
    ///   host may resolve to another address (RFC 8252 §8.3).
    package static func isAllowed(_ uri: String, by registered: [String], isPublic: Bool) -> Bool {
        guard uri.utf8.count <= maximumLength, RedirectURIParts.fault(in: uri) == nil else { return false }
        if registered.contains(where: { ExactString($0) == ExactString(uri) }) { return true }
        if let loopback = LoopbackURI(uri, isPublic: isPublic),
            registered.contains(where: { LoopbackURI($0, isPublic: isPublic) == loopback })
        {
            return true
        }
        return registered.contains { entry in
            guard let source = RedirectPattern.source(in: entry), let pattern = try? RedirectPattern(source) else {
                return false
            }
            return pattern.matches(uri)
        }
    }
}

/// RFC 8252 §7.3: a redirect URI to a server on the person's own machine, without its port, which the operating system chooses anew at
/// each start.
private struct LoopbackURI: Equatable {
    private let beforePort: ExactString
    private let afterPort: ExactString

    init?(_ uri: String, isPublic: Bool) {
        let hosts = ["http://127.0.0.1", "http://[::1]"] + (isPublic ? ["http://localhost"] : [])
        guard let host = hosts.first(where: uri.hasPrefix) else { return nil }
        var rest = uri.dropFirst(host.count)
        if rest.first == ":" { rest = rest.dropFirst().drop { ("0"..."9").contains($0) } }
        // Anything else would continue the host name.
        guard rest.isEmpty || rest.first == "/" || rest.first == "?" else { return nil }
        (beforePort, afterPort) = (ExactString(host), ExactString(String(rest)))
    }
}
