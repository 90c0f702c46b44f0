/// A search of a table in order of a key. All that it filters by is in one index, so that no row is read before it is on the page.
struct TableSearch<Item: Sendable>: Sendable {
    /// The bound of a count of matches of a text, which are read from the first on.
    private static var textBound: Int { 1000 }
    /// The bound of a count of matches of other filters.
    private static var bound: Int { 100_000 }

    private let table: String
    /// The column of the key.
    private let key: String
    private let selection: String
    private let decode: @Sendable (inout SQLRow) throws -> Item
    private var conditions = ""
    private var values: [any SQLConvertible] = []
    private var hasText = false

    /// - Parameter selection: selects the items of the issuer, without an order.
    init(_ table: String, key: String, selection: String, row decode: @escaping @Sendable (inout SQLRow) throws -> Item)
    {
        (self.table, self.key, self.selection, self.decode) = (table, key, selection, decode)
    }

    /// - Parameter condition: an expression with `$` in place of the value.
    mutating func require(_ condition: String, _ value: any SQLConvertible) {
        values.append(value)
        conditions += " AND " + condition.replacing("$", with: "$\(values.count + 1)")
    }

    /// - Parameters:
    ///   - pattern: of `SearchKey.pattern`.
    ///   - texts: the expressions of which one must match.
    mutating func requireText(_ pattern: String, in texts: [String] = ["search_key"]) {
        require("(" + texts.map { "\($0) LIKE $ ESCAPE '\\'" }.joined(separator: " OR ") + ")", pattern)
        hasText = true
    }

    /// The keys that match, from one on, in order.
    var following: String { keys(" AND \(key) > $\(values.count + 2)", "") }
    /// The keys that match, from one back, in the opposite order.
    var preceding: String { keys(" AND \(key) < $\(values.count + 2)", " DESC") }
    /// The number of matches up to a bound.
    var count: String {
        """
        SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE issuer = $1\(conditions) LIMIT $\(values.count + 2)) AS found
        """
    }

    private func keys(_ start: String, _ order: String) -> String {
        """
        SELECT \(key) FROM \(table) WHERE issuer = $1\(conditions)\(start)
            ORDER BY \(key)\(order) LIMIT $\(values.count + 3)
        """
    }

    func page(at position: PagePosition, limit: Int, _ db: any SQLConnection) throws -> FoundPage<Item> {
        guard !conditions.isEmpty else { return try page(read(position, limit, db), counted(db), db) }
        // If few match, these are all, and the table is read once for the page and for the number of matches.
        let keys = try keys(following, from: "", limit: Self.textBound + 1, db)
        let hasMore = keys.count > Self.textBound
        let slice = try Slice(keys, position, limit, isComplete: !hasMore) ?? read(position, limit, db)
        guard hasMore else { return try page(slice, FoundCount(keys.count), db) }
        return try page(slice, hasText ? FoundCount(Self.textBound, hasMore: true) : counted(db), db)
    }

    private func counted(_ db: any SQLConnection) throws -> FoundCount {
        let number = try db.first(count, values + [Self.bound + 1]) { try $0.next(Int.self) } ?? 0
        return FoundCount(min(number, Self.bound), hasMore: number > Self.bound)
    }

    /// The keys of one page.
    private struct Slice {
        let keys: [String]
        let hasPrevious: Bool
        let hasNext: Bool

        init(keys: [String], hasPrevious: Bool, hasNext: Bool) {
            (self.keys, self.hasPrevious, self.hasNext) = (keys, hasPrevious, hasNext)
        }

        /// Cuts the page out of the first keys that match.
        ///
        /// - Parameter isComplete: whether these are all.
        /// - Returns: `nil` if other keys have to be read.
        init?(_ all: [String], _ position: PagePosition, _ limit: Int, isComplete: Bool) {
            func index(_ isReached: (Substring.UTF8View, Substring.UTF8View) -> Bool, _ key: String) -> Int {
                all.firstIndex { isReached($0[...].utf8, key[...].utf8) } ?? all.count
            }
            let (start, end): (Int, Int)
            switch position {
            case .first: (start, end) = (0, min(limit, all.count))
            case .after(let key):
                start = index({ $1.lexicographicallyPrecedes($0) }, key)
                end = min(start + limit, all.count)
            case .before(let key):
                end = index({ !$0.lexicographicallyPrecedes($1) }, key)
                start = max(0, end - limit)
            }
            guard isComplete || end < all.count else { return nil }
            self.init(keys: Array(all[start..<end]), hasPrevious: start > 0, hasNext: end < all.count)
        }
    }

    private func read(_ position: PagePosition, _ limit: Int, _ db: any SQLConnection) throws -> Slice {
        switch position {
        case .first, .after:
            let start = if case .after(let key) = position { key } else { "" }
            let found = try keys(following, from: start, limit: limit + 1, db)
            return Slice(
                keys: Array(found.prefix(limit)), hasPrevious: position != .first, hasNext: found.count > limit)
        case .before(let key):
            let found = try keys(preceding, from: key, limit: limit + 1, db)
            return Slice(keys: found.prefix(limit).reversed(), hasPrevious: found.count > limit, hasNext: true)
        }
    }

    private func keys(_ statement: String, from key: String, limit: Int, _ db: any SQLConnection) throws -> [String] {
        try db.all(statement, values + [key, limit]) { try $0.next() }
    }

    private func page(_ slice: Slice, _ count: FoundCount, _ db: any SQLConnection) throws -> FoundPage<Item> {
        let items = try slice.keys.compactMap { key in
            try db.first("\(selection) AND \(self.key) = $2", [key], row: decode)
        }
        return FoundPage(items: items, hasPrevious: slice.hasPrevious, hasNext: slice.hasNext, count: count)
    }
}

extension FoundPage {
    static var empty: Self { FoundPage(items: [], hasPrevious: false, hasNext: false, count: FoundCount(0)) }
}
