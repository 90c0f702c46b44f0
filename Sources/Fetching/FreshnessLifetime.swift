import Countersign

/// How long a response may be used without asking again (RFC 9111 §4.2), as the server says it.
package enum FreshnessLifetime {
    /// The header fields that bear on it, each with all its values in their order.
    package struct Fields: Sendable {
        /// `Cache-Control`.
        package var cacheControl: [String]
        /// `Expires`.
        package var expires: [String]
        /// `Date`.
        package var date: [String]
        /// `Age`.
        package var age: [String]

        /// All of them may be empty.
        package init(cacheControl: [String] = [], expires: [String] = [], date: [String] = [], age: [String] = []) {
            self.cacheControl = cacheControl
            self.expires = expires
            self.date = date
            self.age = age
        }
    }

    /// What remains of the lifetime.
    ///
    /// `no-store` and `no-cache` win over everything, then `max-age` counts, then `Expires` less `Date`; what the response spent in
    /// caches on its way (`Age`) is taken off. `s-maxage` is for shared caches, which this is not. Where a directive stands twice
    /// the first counts, and what cannot be read counts as stale (RFC 9111 §4.2.1).
    ///
    /// - Parameter received: when the response came; stands in for a missing `Date`.
    /// - Returns: never negative; `nil` where the server says nothing.
    package static func remaining(_ fields: Fields, received: UnixTime) -> Duration? {
        let directives = CacheDirectives(fields.cacheControl)
        if directives.first("no-store") != nil || directives.first("no-cache") != nil { return .zero }
        let total: Duration
        if let directive = directives.first("max-age") {
            total = .seconds(directive.argument.flatMap(seconds) ?? 0)
        } else if let text = fields.expires.first {
            let date = fields.date.first.flatMap { HTTPDateReader.read($0, now: received) } ?? received
            guard let expires = HTTPDateReader.read(text, now: received) else { return .zero }
            total = expires - date
        } else {
            return nil
        }
        let age = fields.age.first.flatMap { seconds(String($0.prefix { $0 != "," })) } ?? 0
        return max(.zero, total - .seconds(age))
    }

    /// RFC 9111 §1.2.2: digits; a number that is too large counts as 2147483648.
    private static func seconds(_ text: String) -> Int64? {
        let digits = text.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int64(text) ?? .max, 2_147_483_648)
    }
}
