import Foundation

/// URLs as text, as browsers and clients take them apart.
enum URLText {
    /// Returns scheme, host and port.
    static func origin(of url: String) -> String {
        guard let scheme = url.range(of: "://") else { return "" }
        let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
        return String(url[..<end])
    }

    /// Returns everything after the origin, at least `/`.
    static func path(of url: String) -> String {
        let rest = url.dropFirst(origin(of: url).count).prefix { $0 != "#" }
        return rest.hasPrefix("/") ? String(rest) : "/" + rest
    }

    static func resolve(_ reference: String, against base: String) -> String {
        if reference.isEmpty { return base }
        return URL(string: reference, relativeTo: URL(string: base))?.absoluteString ?? reference
    }

    /// Returns the parameters of the query in order, decoded.
    static func parameters(of url: String) -> [(String, String)] {
        guard let mark = url.firstIndex(of: "?") else { return [] }
        return decode(url[url.index(after: mark)...].prefix { $0 != "#" })
    }

    static func decode(_ query: some StringProtocol) -> [(String, String)] {
        query.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { side in
                let spaced = side.replacingOccurrences(of: "+", with: " ")
                return spaced.removingPercentEncoding ?? spaced
            }
            return (sides[0], sides.count == 2 ? sides[1] : "")
        }
    }
}
