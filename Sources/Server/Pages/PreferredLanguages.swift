/// The languages that a person prefers: those of `ui_locales` (OpenID Connect Core §3.1.2.1), then those of `Accept-Language` (RFC 9110
/// §12.5.4).
package enum PreferredLanguages {
    /// More than these are ignored.
    package static let maximumCount = 16
    /// In bytes; longer headers are cut.
    private static let maximumLength = 512

    /// - Returns: language tags (BCP 47), most preferred first. Malformed ones and those with the weight 0 are left out.
    package static func list(uiLocales: String?, acceptLanguage: String?) -> [String] {
        let locales = (uiLocales ?? "").utf8.prefix(maximumLength).split(separator: UInt8(ascii: " "))
            .compactMap { tag(Substring($0)) }
        let ranges = (acceptLanguage ?? "").utf8.prefix(maximumLength).split(separator: UInt8(ascii: ","))
            .compactMap { range(Substring($0)) }
        // Sorting by the weight alone would lose the order of equal weights, which is that of preference in practice.
        let accepted = ranges.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .map(\.element.tag)
        return Array((locales + accepted).prefix(maximumCount))
    }

    /// Parses `de-AT;q=0.8`.
    private static func range(_ text: Substring) -> (tag: String, weight: Int)? {
        let parts = text.split(separator: ";", maxSplits: 1).map { $0.drop { $0 == " " || $0 == "\t" } }
        guard let first = parts.first, let tag = tag(first.prefix { $0 != " " && $0 != "\t" }) else { return nil }
        guard parts.count == 2 else { return (tag, 1000) }
        guard parts[1].lowercased().hasPrefix("q="), let weight = weight(parts[1].dropFirst(2)), weight > 0 else {
            return nil
        }
        return (tag, weight)
    }

    /// Parses a weight of at most three decimal places (RFC 9110 §12.4.2), in thousandths.
    private static func weight(_ text: Substring) -> Int? {
        let digits = text.prefix { $0 != " " }.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(digits.count), digits[0] == "0" || digits[0] == "1" else { return nil }
        let decimals = digits.count == 2 ? digits[1] : ""
        guard decimals.utf8.count <= 3, decimals.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let padded = decimals + String(repeating: "0", count: 3 - decimals.utf8.count)
        return min(1000, (digits[0] == "1" ? 1000 : 0) + (Int(padded) ?? 0))
    }

    private static func tag(_ text: Substring) -> String? {
        guard (1...35).contains(text.utf8.count), text.first?.isLetter == true,
            text.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            })
        else { return nil }
        return String(text)
    }
}
