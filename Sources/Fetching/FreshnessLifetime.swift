/// The freshness lifetime that a server gives its response (RFC 9111 §4.2).
package enum FreshnessLifetime {
    /// Calculates the remaining lifetime.
    ///
    /// `no-store` and `no-cache` take precedence over `max-age`, and that over `Expires` minus `Date`; the time spent in caches (`Age`)
    /// is subtracted. `s-maxage` is for shared caches and is ignored. The first of duplicate directives counts, and an invalid value counts
    /// as stale (RFC 9111 §4.2.1).
    ///
    /// - Parameters:
    ///   - received: the time of the response, used if `Date` is missing.
    ///   - values: returns the values of a header field, in order.
    /// - Returns: zero or more; `nil` if the server does not specify one.
    package static func remaining(received: UnixTime, _ values: (String) -> [String]) -> Duration? {
        let directives = CacheDirectives(values("Cache-Control"))
        if directives.first("no-store") != nil || directives.first("no-cache") != nil { return .zero }
        let total: Duration
        if let directive = directives.first("max-age") {
            total = .seconds(directive.argument.flatMap(seconds) ?? 0)
        } else if let text = values("Expires").first {
            let date = values("Date").first.flatMap { HTTPDateReader.read($0, now: received) } ?? received
            guard let expires = HTTPDateReader.read(text, now: received) else { return .zero }
            total = expires - date
        } else {
            return nil
        }
        let age = values("Age").first.flatMap { seconds(String($0.prefix { $0 != "," })) } ?? 0
        return max(.zero, total - .seconds(age))
    }

    /// RFC 9111 §1.2.2: digits; a number that is too large counts as 2147483648.
    private static func seconds(_ text: String) -> Int64? {
        let digits = text.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int64(text) ?? .max, 2_147_483_648)
    }
}
