import Administration
import Crypto

/// Parameters of a query, which say what is searched for.
struct QueryFilters {
    let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name] }

    /// Returns a filter that is true or false.
    package func flag(_ name: String) throws(Problem) -> Bool? {
        guard let text = values[name] else { return nil }
        guard let flag = Bool(text) else { throw Problem(.invalidRequest, "\(name): expected true or false.") }
        return flag
    }

    /// Returns a filter that is one of some words.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.invalidRequest, "\(name): expected one of \(words).")
        }
        return value
    }

    /// Returns a filter that is a time.
    package func time(_ name: String) throws(Problem) -> UnixTime? {
        guard let text = values[name] else { return nil }
        guard let time = UnixTime(timestamp: text) else {
            throw Problem(.invalidRequest, "\(name): expected a time such as 2026-05-04T10:00:00Z.")
        }
        return time
    }
}

/// The part of a list that a request asks for: `limit` and `cursor`.
package struct PageRequest: Sendable {
    package static let limits = 1...200
    package static let defaultLimit = 50

    package let limit: Int
    /// What the item before the page is found by; `nil` for the first page.
    package let after: String?
    /// The filters of the list, which the cursor is bound to.
    let query: QueryFilters
    /// The same by name.
    package var filters: [String: String] { query.values }
    private let path: String
    /// Scheme and host, which `path` follows.
    private let origin: String

    /// - Parameter filters: the names of the list's other parameters.
    /// - Throws: `Problem` `invalid_request`, also for a cursor of another list or with other filters.
    package init(_ request: AdminRequest, filters names: String...) throws(Problem) {
        try self.init(request, filters: names)
    }

    /// As the other initializer, with names that somebody else knows.
    init(_ request: AdminRequest, filters names: [String]) throws(Problem) {
        var query = try request.query(of: ["limit", "cursor"] + names)
        let (limit, cursor) = (query.removeValue(forKey: "limit"), query.removeValue(forKey: "cursor"))
        self.query = QueryFilters(query)
        path = request.request.path
        origin = String(request.urls.issuer.dropLast(request.urls.path.count))
        if let limit {
            guard let number = Int(limit), Self.limits.contains(number) else {
                throw Problem(
                    .invalidRequest,
                    "limit: expected a number from \(Self.limits.lowerBound) to \(Self.limits.upperBound).")
            }
            self.limit = number
        } else {
            self.limit = Self.defaultLimit
        }
        guard let cursor else {
            after = nil
            return
        }
        let bytes = Base64URL.decode(cursor) ?? []
        let position = Array(bytes.dropFirst(Self.digestLength))
        guard bytes.count >= Self.digestLength,
            Array(bytes.prefix(Self.digestLength)) == Self.digest(position, path, query),
            let text = String(validating: position, as: UTF8.self)
        else {
            throw Problem(
                .invalidRequest,
                "cursor: it is not of this list with these filters. Begin without one, and follow next.")
        }
        after = text
    }

    /// Returns the page.
    ///
    /// - Parameters:
    ///   - items: one more than `limit`, if there are as many.
    ///   - position: what an item is found by.
    package func response<Item>(
        _ items: [Item], position: (Item) -> String, json: (Item) -> JSONObject
    ) -> AdminResponse {
        let page = items.prefix(limit)
        let next = items.count > limit ? page.last.map { url(after: position($0)) } : nil
        return document(page.map(json), next: next)
    }

    /// Returns a page whose end the store knows.
    ///
    /// - Parameters:
    ///   - position: what the next page begins after; `nil` for the last page.
    ///   - count: of all pages; `nil` leaves it out.
    package func response<Item>(
        _ items: [Item], next position: String?, count: FoundCount? = nil, json: (Item) -> JSONObject
    ) -> AdminResponse {
        document(items.map(json), next: position.map(url), count)
    }

    /// Returns a filter that is true or false.
    package func flag(_ name: String) throws(Problem) -> Bool? { try query.flag(name) }

    /// Returns a filter that is one of some words.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Value? {
        try query.choice(name)
    }

    /// Where a search begins.
    package var position: PagePosition { after.map { .after($0) } ?? .first }

    /// Returns a filter that is a time.
    package func time(_ name: String) throws(Problem) -> UnixTime? { try query.time(name) }

    private func document(_ items: [JSONObject], next: String?, _ count: FoundCount? = nil) -> AdminResponse {
        var page: JSONObject = ["items": .array(items), "next": .string(next) ?? .null]
        if let count {
            page.set("count", .number(count.number))
            page.set("more", .boolean(count.hasMore))
        }
        return .document(page, headers: next.map { ["Link": "<\($0)>; rel=\"next\""] } ?? [:])
    }

    /// Returns the page of a list that is in memory, in ascending order of the positions' UTF-8.
    package func response<Item>(
        ofAll items: [Item], position: (Item) -> String, json: (Item) -> JSONObject
    ) -> AdminResponse {
        response(part(of: items, position: position), position: position, json: json)
    }

    /// Returns the items of the page, of a list that is in memory, and the one after it.
    package func part<Item>(of items: [Item], position: (Item) -> String) -> [Item] {
        let rest = items.map { (position($0), $0) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .filter { item in after.map { $0.utf8.lexicographicallyPrecedes(item.0.utf8) } ?? true }
        return rest.prefix(limit + 1).map(\.1)
    }

    private func url(after position: String) -> String {
        let bytes = Array(position.utf8)
        let cursor = Base64URL.encode(Self.digest(bytes, path, filters) + bytes)
        let others = filters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let query = others + [(name: "limit", value: String(limit)), (name: "cursor", value: cursor)]
        return origin + path + "?" + FormWriter.encoded(query)
    }

    private static let digestLength = 16

    /// Binds a position to its list and filters. It need not be secret: a caller who may read the list may begin anywhere.
    private static func digest(_ position: [UInt8], _ path: String, _ filters: [String: String]) -> [UInt8] {
        let parts = [path] + filters.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        var hash = SHA256()
        for part in parts.map({ Array($0.utf8) }) + [position] {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        return Array(hash.finalize().prefix(digestLength))
    }
}
