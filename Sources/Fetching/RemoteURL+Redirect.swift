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
