/// A search of a table in order of a key. All that it filters by is in one index, so that no row is read before it is on the page.
struct TableSearch<Item: Sendable>: Sendable {
    /// The bound of a count of matches of a text, which are read from the first on.
    private static var textBound: Int { 1000 }
    /// The bound of a count of matches of other filters.
    private static var bound: Int { 100_000 }

    private let table: String
    /// The column of the time that precedes the key in the order; `nil` if the order is by the key alone.
    private let time: String?
    /// The column of the key.
    private let key: String
    private let selection: String
    private let decode: @Sendable (inout SQLRow) throws -> Item
    private var conditions = ""
    private var values: [any SQLConvertible] = []
    private var hasText = false

    /// - Parameter selection: selects the items of the issuer, without an order.
    init(
        _ table: String, time: String? = nil, key: String, selection: String,
        row decode: @escaping @Sendable (inout SQLRow) throws -> Item
    ) {
        (self.table, self.time, self.key, self.selection, self.decode) = (table, time, key, selection, decode)
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
    var following: String { keys(">", "") }
    /// The keys that match, from one back, in the opposite order.
    var preceding: String { keys("<", " DESC") }
    /// The number of matches up to a bound.
    var count: String {
        """
        SELECT count(*) FROM (SELECT 1 FROM \(table) WHERE issuer = $1\(conditions) LIMIT $\(values.count + 2)) AS found
        """
    }

    private func keys(_ comparison: String, _ order: String) -> String {
        let columns = (time.map { [$0] } ?? []) + [key]
        let start = columns.indices.map { "$\(values.count + 2 + $0)" }
        return """
            SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE issuer = $1\(conditions)
                AND (\(columns.joined(separator: ", "))) \(comparison) (\(start.joined(separator: ", ")))
                ORDER BY \(columns.map { $0 + order }.joined(separator: ", ")) LIMIT $\(values.count + 2 + columns.count)
            """
    }

    /// - Parameter position: one that is not a key means the first page.
    func page(at position: PagePosition, limit: Int, _ db: any SQLConnection) throws -> FoundPage<Item> {
        let position = TableKey.Position(position, hasTime: time != nil)
        guard !conditions.isEmpty else { return try page(read(position, limit, db), counted(db), db) }
        // If few match, these are all, and the table is read once for the page and for the number of matches.
        let keys = try keys(following, from: .first, limit: Self.textBound + 1, db)
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
        let keys: [TableKey]
        let hasPrevious: Bool
        let hasNext: Bool

        init(keys: [TableKey], hasPrevious: Bool, hasNext: Bool) {
            (self.keys, self.hasPrevious, self.hasNext) = (keys, hasPrevious, hasNext)
        }

        /// Cuts the page out of the first keys that match.
        ///
        /// - Parameter isComplete: whether these are all.
        /// - Returns: `nil` if other keys have to be read.
        init?(_ all: [TableKey], _ position: TableKey.Position, _ limit: Int, isComplete: Bool) {
            let (start, end): (Int, Int)
            switch position {
            case .first: (start, end) = (0, min(limit, all.count))
            case .after(let key):
                start = all.firstIndex { $0 > key } ?? all.count
                end = min(start + limit, all.count)
            case .before(let key):
                end = all.firstIndex { $0 >= key } ?? all.count
                start = max(0, end - limit)
            }
            guard isComplete || end < all.count else { return nil }
            self.init(keys: Array(all[start..<end]), hasPrevious: start > 0, hasNext: end < all.count)
        }
    }

    private func read(_ position: TableKey.Position, _ limit: Int, _ db: any SQLConnection) throws -> Slice {
        switch position {
        case .first, .after:
            let start = if case .after(let key) = position { key } else { TableKey.first }
            let found = try keys(following, from: start, limit: limit + 1, db)
            return Slice(
                keys: Array(found.prefix(limit)), hasPrevious: position != .first, hasNext: found.count > limit)
        case .before(let key):
            let found = try keys(preceding, from: key, limit: limit + 1, db)
            return Slice(keys: found.prefix(limit).reversed(), hasPrevious: found.count > limit, hasNext: true)
        }
    }

    private func keys(
        _ statement: String, from key: TableKey, limit: Int, _ db: any SQLConnection
    ) throws -> [TableKey] {
        let start: [any SQLConvertible] = time == nil ? [key.text] : [key.time, key.text]
        return try db.all(statement, values + start + [limit]) { row in
            TableKey(time: time == nil ? .distantPast : try row.next(), text: try row.next())
        }
    }

    private func page(_ slice: Slice, _ count: FoundCount, _ db: any SQLConnection) throws -> FoundPage<Item> {
        let items = try slice.keys.compactMap { key in
            try db.first("\(selection) AND \(self.key) = $2", [key.text], row: decode)
        }
        return FoundPage(items: items, hasPrevious: slice.hasPrevious, hasNext: slice.hasNext, count: count)
    }
}

/// The key of a row in the order of a search: a time, if the search has one, and a text that is compared as bytes.
private struct TableKey: Comparable {
    static let first = TableKey(time: .distantPast, text: "")

    let time: UnixTime
    let text: String

    init(time: UnixTime, text: String) {
        (self.time, self.text) = (time, text)
    }

    /// - Parameter position: the milliseconds of the time, a space and the text; or the text.
    init?(_ position: String, hasTime: Bool) {
        guard hasTime else {
            self.init(time: .distantPast, text: position)
            return
        }
        let parts = position.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]) else { return nil }
        self.init(time: UnixTime(milliseconds: milliseconds), text: String(parts[1]))
    }

    static func < (left: TableKey, right: TableKey) -> Bool {
        left.time == right.time
            ? left.text.utf8.lexicographicallyPrecedes(right.text.utf8) : left.time < right.time
    }

    static func == (left: TableKey, right: TableKey) -> Bool {
        left.time == right.time && left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// The place of a page.
    enum Position: Equatable {
        case first
        case after(TableKey)
        case before(TableKey)

        init(_ position: PagePosition, hasTime: Bool) {
            self =
                switch position {
                case .first: .first
                case .after(let key): TableKey(key, hasTime: hasTime).map { .after($0) } ?? .first
                case .before(let key): TableKey(key, hasTime: hasTime).map { .before($0) } ?? .first
                }
        }
    }
}

extension FoundPage {
    static var empty: Self { FoundPage(items: [], hasPrevious: false, hasNext: false, count: FoundCount(0)) }
}
