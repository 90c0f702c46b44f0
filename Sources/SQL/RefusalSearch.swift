/// The statements that search for refusals by one index, which holds all that a filter compares: a row is read only for a refusal on the page.
///
/// Each index but that of references holds two parts, the refusals of callers who had proved possession of a key and the others, each by time.
/// A filter for one kind reads its part alone, however few it has; other searches merge the two.
struct RefusalSearch: Sendable {
    /// The index that a search reads.
    enum Path: Sendable, CaseIterable {
        case time, code, client, address, endpoint, reference
    }

    /// The most refusals that are counted when the index chosen has to be found out.
    private static let comparedBound = 10_000

    let path: Path
    /// The condition of each part that is read.
    private let parts: [String]
    private var conditions = ""
    private(set) var values: [any SQLConvertible] = []

    /// Chooses the index with the fewest entries for the filter.
    init(_ filter: RefusalFilter, after position: RefusalPosition? = nil, _ db: any SQLConnection) throws {
        let paths = Self.paths(for: filter)
        guard paths.count > 1 else {
            self.init(filter, paths.first ?? .time, after: position)
            return
        }
        let sizes = try paths.map { path in
            var only = RefusalFilter()
            switch path {
            case .code: only.code = filter.code
            case .client: only.client = filter.client
            case .address: only.address = filter.address
            case .endpoint: only.endpoint = filter.endpoint
            case .time, .reference: break
            }
            (only.isProven, only.since, only.until) = (filter.isProven, filter.since, filter.until)
            let search = RefusalSearch(only, path)
            return try db.first(search.boundedCount, search.values + [Self.comparedBound]) { try $0.next(Int.self) }
                ?? 0
        }
        let best = zip(paths, sizes).min { $0.1 < $1.1 }
        self.init(filter, best?.0 ?? .time, after: position)
    }

    /// The indexes that begin with something the filter compares.
    private static func paths(for filter: RefusalFilter) -> [Path] {
        if filter.referencePrefix != nil { return [.reference] }
        return [
            filter.client.map { _ in .client }, filter.address.map { _ in .address }, filter.code.map { _ in .code },
            filter.endpoint.map { _ in .endpoint },
        ].compactMap(\.self)
    }

    /// An expression of a column cannot be found by an index: where another one is chosen, the column is only compared.
    ///
    /// - Parameter position: before which refusals end, in the order of the newest first.
    init(_ filter: RefusalFilter, _ path: Path, after position: RefusalPosition? = nil) {
        self.path = path
        let kinds = filter.isProven.map { [$0] } ?? (path == .reference ? [] : [true, false])
        let kind = path == .reference ? "is_proven + 0" : "is_proven"
        parts = kinds.isEmpty ? [""] : kinds.map { " AND \(kind) = \($0 ? 1 : 0)" }
        if let prefix = filter.referencePrefix {
            require("reference >= $", prefix)
            require("reference < $", prefix + "\u{7F}")
        }
        if let client = filter.client {
            require("\(column("client_number", of: .client)) = $", AuditEntry.indexNumber(of: client))
        }
        if let address = filter.address {
            require("\(column("address_number", of: .address)) = $", AuditEntry.indexNumber(of: address))
        }
        if let code = filter.code { require("\(path == .code ? "code" : "code || ''") = $", code) }
        if let endpoint = filter.endpoint {
            require("\(column("endpoint_number", of: .endpoint)) = $", AuditEntry.indexNumber(of: endpoint))
        }
        if let since = filter.since { require("\(time) >= $", since) }
        // One upper bound, and not the three columns at once: either would lead to another index.
        let last = filter.until.map { UnixTime(milliseconds: $0.milliseconds - 1) }
        if let latest = [last, position?.at].compactMap(\.self).min() { require("\(time) <= $", latest) }
        guard let position else { return }
        let first = values.count + 2
        values += [position.at, position.isProven, position.number]
        conditions += " AND (at + 0 < $\(first) OR (is_proven, number) < ($\(first + 1), $\(first + 2)))"
    }

    private func column(_ name: String, of path: Path) -> String { path == self.path ? name : "\(name) + 0" }

    private var time: String { path == .reference ? "at + 0" : "at" }

    /// - Parameter condition: an expression with `$` in place of the value.
    private mutating func require(_ condition: String, _ value: any SQLConvertible) {
        values.append(value)
        conditions += " AND " + condition.replacing("$", with: "$\(values.count + 1)")
    }

    /// The newest first.
    private var order: String { " ORDER BY \(time) DESC, is_proven DESC, number DESC" }

    private func select(_ columns: String) -> String {
        parts.map { "SELECT \(columns) FROM audit_entry WHERE issuer = $1\($0)\(conditions)" }
            .joined(separator: " UNION ALL ")
    }

    /// Selects the places of the refusals.
    var places: String { "\(select("at, is_proven, number"))\(order) LIMIT $\(values.count + 2)" }

    var boundedCount: String {
        "SELECT count(*) FROM (\(select("1 AS one")) LIMIT $\(values.count + 2)) AS found"
    }

    /// Counts the latest refusals by code.
    var countsByCode: String { "SELECT code, count(*) FROM \(latest("code")) GROUP BY code" }

    /// Counts the latest refusals by client and selects the largest groups, with the numbers of groups and of refusals.
    var countsByClient: String {
        """
        SELECT client_number, refusals, count(*) OVER (), CAST(sum(refusals) OVER () AS INTEGER) FROM
            (SELECT client_number, count(*) AS refusals FROM \(latest("client_number")) GROUP BY client_number) AS client
            ORDER BY refusals DESC, client_number LIMIT $\(values.count + 3)
        """
    }

    private func latest(_ column: String) -> String {
        "(\(select("at, is_proven, number, \(column)"))\(order) LIMIT $\(values.count + 2)) AS latest"
    }

    static let nextCode = "SELECT code FROM audit_entry WHERE issuer = $1 AND code > $2 ORDER BY code LIMIT 1"
    /// All that it finds are the same: the order leads to the index.
    static let clientName =
        "SELECT client FROM audit_entry WHERE issuer = $1 AND client_number = $2 ORDER BY is_proven DESC, at DESC LIMIT 1"
}

extension SQLAudit {
    func page(
        _ filter: RefusalFilter, after position: RefusalPosition?, limit: Int
    ) async throws(StoreError) -> RefusalList {
        guard filter.canMatch else { return RefusalList() }
        return try await database.read { db in
            let search = try RefusalSearch(filter, after: position, db)
            let places = try db.all(search.places, search.values + [limit + 1]) { row in
                RefusalPosition(at: try row.next(), isProven: try row.next(), number: try row.next())
            }
            let refusals = try places.prefix(limit).compactMap { place in
                try db.first(Self.byNumber, [place.isProven, place.number], row: Self.entry).map { (place, $0) }
            }
            return RefusalList(refusals, next: places.count > limit ? places[limit - 1] : nil)
        }
    }

    static let byNumber =
        "SELECT \(columns.names) FROM audit_entry WHERE issuer = $1 AND is_proven = $2 AND number = $3"

    func countsByCode(_ filter: RefusalFilter, upTo bound: Int) async throws(StoreError) -> RefusalCounts<String> {
        guard filter.canMatch else { return RefusalCounts() }
        return try await database.read { db in
            guard !filter.isByCodeAndTimeOnly else { return try Self.countsOfEachCode(filter, upTo: bound, db) }
            let search = try RefusalSearch(filter, db)
            let groups = try db.all(search.countsByCode, search.values + [bound + 1]) { row in
                RefusalCounts<String>.Group(key: try row.next(), count: FoundCount(try row.next()))
            }
            let total = groups.reduce(0) { $0 + $1.count.number }
            return RefusalCounts(groups, FoundCount(min(total, bound), hasMore: total > bound))
        }
    }

    /// The index by code holds each group together, so that rare codes are counted beside frequent ones.
    private static func countsOfEachCode(
        _ filter: RefusalFilter, upTo bound: Int, _ db: any SQLConnection
    ) throws -> RefusalCounts<String> {
        var (groups, filter): ([RefusalCounts<String>.Group], RefusalFilter) = ([], filter)
        func count(_ code: String) throws {
            filter.code = code
            let search = RefusalSearch(filter, .code)
            let count = try db.first(search.boundedCount, search.values + [bound + 1]) { try $0.next(Int.self) } ?? 0
            guard count > 0 else { return }
            groups.append(
                RefusalCounts.Group(key: code, count: FoundCount(min(count, bound), hasMore: count > bound)))
        }
        if let code = filter.code {
            try count(code)
        } else {
            var last = ""
            while let code = try db.first(RefusalSearch.nextCode, [last], row: { try $0.next(String.self) }) {
                try count(code)
                last = code
            }
        }
        return RefusalCounts(
            groups,
            FoundCount(groups.reduce(0) { $0 + $1.count.number }, hasMore: groups.contains { $0.count.hasMore }))
    }

    func countsByClient(
        _ filter: RefusalFilter, limit: Int, among latest: Int
    ) async throws(StoreError) -> RefusalCounts<String?> {
        guard filter.canMatch else { return RefusalCounts() }
        return try await database.read { db in
            let search = try RefusalSearch(filter, db)
            var (groupCount, total) = (0, 0)
            let numbers = try db.all(search.countsByClient, search.values + [latest + 1, limit]) { row in
                let group = (number: try row.next(Int64?.self), count: try row.next(Int.self))
                (groupCount, total) = (try row.next(), try row.next())
                return group
            }
            let groups = try numbers.map { number, count in
                let name = try number.flatMap { number in
                    try db.first(RefusalSearch.clientName, [number]) { try $0.nextFreeText() } ?? nil
                }
                return RefusalCounts<String?>.Group(key: name, count: FoundCount(count))
            }
            return RefusalCounts(
                groups: groups, groupCount: groupCount,
                total: FoundCount(min(total, latest), hasMore: total > latest))
        }
    }
}

extension RefusalCounts {
    fileprivate init() {
        self.init(groups: [], groupCount: 0, total: FoundCount(0))
    }

    /// - Parameter groups: all of them.
    fileprivate init(_ groups: [Group], _ total: FoundCount) {
        self.init(
            groups: groups.sorted { $0.count.number > $1.count.number }, groupCount: groups.count, total: total)
    }
}

extension RefusalFilter {
    fileprivate var canMatch: Bool {
        (referencePrefix?.utf8.count ?? Self.minimumPrefix) >= Self.minimumPrefix
            && ![code, referencePrefix].compactMap(\.self).contains { $0.utf8.contains(0) }
    }

    /// Whether it compares nothing but the code, the time and the kind of caller.
    fileprivate var isByCodeAndTimeOnly: Bool {
        [client, address, endpoint, referencePrefix].allSatisfy { $0 == nil }
    }
}
