/// The place of a page in a list, by the key of an item of the page before or after it.
package enum PagePosition: Sendable, Hashable {
    case first
    /// The page that follows the item with this key.
    case after(String)
    /// The page that precedes the item with this key.
    case before(String)
}

/// The number of items that match a filter. Counting ends at a bound, so that it takes no longer than reading a page.
package struct FoundCount: Sendable, Hashable {
    /// The number, or the bound.
    package let number: Int
    /// Whether there are more than `number`.
    package let hasMore: Bool

    package init(_ number: Int, hasMore: Bool = false) {
        self.number = number
        self.hasMore = hasMore
    }
}

/// A page of what a search has found, in order of the keys.
package struct FoundPage<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Whether items precede the page.
    package let hasPrevious: Bool
    /// Whether items follow the page.
    package let hasNext: Bool
    /// The number of matching items, on all pages.
    package let count: FoundCount

    package init(items: [Item], hasPrevious: Bool, hasNext: Bool, count: FoundCount) {
        self.items = items
        self.hasPrevious = hasPrevious
        self.hasNext = hasNext
        self.count = count
    }

    /// Returns the first items, read in pages of at most 1,000.
    ///
    /// - Parameters:
    ///   - limit: the most that are returned.
    ///   - page: reads the page at a position, of at most so many items.
    ///   - position: what the next page begins after, of its last item.
    package static func first(
        _ limit: Int, _ page: (PagePosition, Int) async throws(StoreError) -> FoundPage<Item>,
        position: (Item) -> String
    ) async throws(StoreError) -> FoundPage<Item> {
        var (items, count, hasNext): ([Item], FoundCount, Bool) = ([], FoundCount(0), true)
        while hasNext, items.count < limit {
            let found = try await page(
                items.last.map { .after(position($0)) } ?? .first, min(limit - items.count, 1000))
            items += found.items
            (count, hasNext) = (found.count, found.hasNext && !found.items.isEmpty)
        }
        return FoundPage(items: items, hasPrevious: false, hasNext: hasNext, count: count)
    }

    package func map<Other: Sendable, Failure: Error>(
        _ transform: (Item) throws(Failure) -> Other
    ) throws(Failure) -> FoundPage<Other> {
        var others: [Other] = []
        for item in items { others.append(try transform(item)) }
        return FoundPage<Other>(items: others, hasPrevious: hasPrevious, hasNext: hasNext, count: count)
    }
}

/// Which clients are searched for. An empty filter finds all.
package struct ClientFilter: Sendable, Hashable {
    /// How a client came to be registered.
    package enum Registration: String, Sendable, CaseIterable {
        /// An operator has added it.
        case byOperator = "operator"
        /// It registered itself with an initial access token.
        case token
        /// It registered itself without a token.
        case open
    }

    /// Part of its identifier or name. Case is ignored; everything else must be equal.
    package var text = ""
    package var isEnabled: Bool?
    package var registration: Registration?
    package var authenticationMethod: AuthenticationMethod?

    package init() {}

    /// The names of the parameters in a query.
    package enum Parameter: String, CaseIterable {
        case search, enabled
        case method = "token_endpoint_auth_method"
        case registration = "registered_by"
    }

    /// The filter as parameters of a query.
    package var parameters: [(String, String)] {
        let all: [(Parameter, String?)] = [
            (.search, text.isEmpty ? nil : text), (.enabled, isEnabled.map(String.init)),
            (.method, authenticationMethod?.rawValue), (.registration, registration?.rawValue),
        ]
        return all.compactMap { name, value in value.map { (name.rawValue, $0) } }
    }
}

/// A client that a search has found, without its keys.
package struct FoundClient: Sendable, Equatable {
    package let client: ClientRecord
    package let registration: ClientFilter.Registration

    package init(client: ClientRecord, registration: ClientFilter.Registration) {
        self.client = client
        self.registration = registration
    }
}

/// Which people are searched for. An empty filter finds all.
package struct UserFilter: Sendable, Hashable {
    /// Part of the user name, the claim `name` or the e-mail address. Case is ignored; everything else must be equal.
    package var text = ""
    /// The whole name of a group that the person is in.
    package var group: String?
    package var isEnabled: Bool?

    package init() {}

    /// The names of the parameters in a query.
    package enum Parameter: String, CaseIterable {
        case search, group, enabled
    }

    /// The filter as parameters of a query.
    package var parameters: [(String, String)] {
        let all: [(Parameter, String?)] = [
            (.search, text.isEmpty ? nil : text), (.group, group), (.enabled, isEnabled.map(String.init)),
        ]
        return all.compactMap { name, value in value.map { (name.rawValue, $0) } }
    }
}

/// The texts of a record that can be searched, in the form that is stored beside it.
package enum SearchKey {
    /// The part of each text that can be searched, in bytes.
    package static let maximumLength = 1000
    /// Separates the texts, so that no word is found across two of them.
    private static let separator = "\u{1F}"

    package static func ofClient(_ id: String, name: String) -> String { of([id, name]) }

    package static func ofUser(_ name: String, claims: JSONObject) -> String {
        of([name, claims.string("name")?.text, claims.string("email")?.text])
    }

    static func of(_ texts: [String?]) -> String {
        texts.compactMap { $0.map(beginning) }.map(folded).joined(separator: separator)
    }

    /// Returns the form of a text in which case does not matter.
    private static func folded(_ text: String) -> String { text.lowercased() }

    private static func beginning(of text: String) -> String {
        guard text.utf8.count > maximumLength else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: maximumLength)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    /// Returns the operand of `LIKE … ESCAPE '\'` that finds a text in a key; `nil` if no key can contain it.
    package static func pattern(for text: String) -> String? {
        guard text.utf8.count <= maximumLength, !text.contains(separator), !text.utf8.contains(0) else { return nil }
        return "%\(escaped(folded(text)))%"
    }

    /// Escapes what `LIKE … ESCAPE '\'` would take for a wildcard.
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if ["\\", "%", "_"].contains(scalar) { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
