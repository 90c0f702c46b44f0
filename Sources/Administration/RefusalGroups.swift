@_exported import Server

/// The refusals of one cause.
package struct RefusalGroup: Sendable {
    package let code: String
    package let count: FoundCount
    /// The newest first.
    package private(set) var latest: [AuditEntry]
    /// The number of clients that callers claimed to be.
    package let clientCount: Int
    /// Whether `clientCount` counts all of them, or only those of the latest refusals.
    package let areAllClientsCounted: Bool

    /// Returns the group with the newest of its refusals.
    package func keeping(_ count: Int) -> RefusalGroup {
        var group = self
        group.latest = Array(latest.prefix(count))
        return group
    }
}

/// How many refusals each cause has.
package struct RefusalCauses: Sendable {
    package struct Cause: Sendable {
        package let code: String
        package let count: FoundCount
        /// The number of clients that callers claimed to be; those who named none count as one.
        package let clientCount: Int
        /// Whether `clientCount` counts all of them, or only those of the latest refusals.
        package let areAllClientsCounted: Bool
        /// The reference of the latest refusal; `nil` if it has just been replaced by newer ones.
        package let latest: String?
        package let latestAt: UnixTime?
    }

    /// The most frequent first.
    package let causes: [Cause]
    package let total: FoundCount
}

extension RefusalAdministration {
    /// The most refusals of each cause that are counted: an answer must not take longer because more are kept.
    package static let counted = 5000
    /// The most refusals of a cause whose clients are counted.
    private static let countedClients = 1000

    /// Returns the number of refusals of each cause that match.
    package func causes(_ filter: RefusalFilter) async throws -> RefusalCauses {
        let counts = try await store.audit.countsByCode(filter, upTo: Self.counted)
        let causes = try await groups(counts, filter, latest: 1).map { group in
            RefusalCauses.Cause(
                code: group.code, count: group.count, clientCount: group.clientCount,
                areAllClientsCounted: group.areAllClientsCounted, latest: group.latest.first?.reference.text,
                latestAt: group.latest.first?.at)
        }
        return RefusalCauses(causes: causes, total: counts.total)
    }

    /// Returns a page of the refusals that match, newest first.
    ///
    /// - Parameter position: where the page before ended; `nil` for the first page.
    package func search(
        _ filter: RefusalFilter, after position: RefusalPosition?, limit: Int
    ) async throws(StoreError) -> RefusalList {
        try await store.audit.page(filter, after: position, limit: limit)
    }

    package func search(_ filter: RefusalFilter, limit: Int) async throws -> [AuditEntry] {
        try await search(filter, after: nil, limit: limit).entries
    }

    /// Returns the refusals of each cause, the most frequent first.
    ///
    /// - Parameters:
    ///   - counts: the number of each cause under the filter.
    ///   - latest: the refusals of each cause that are included.
    package func groups(
        _ counts: RefusalCounts<String>, _ filter: RefusalFilter, latest: Int
    ) async throws(StoreError) -> [RefusalGroup] {
        var groups: [RefusalGroup] = []
        for group in counts.groups {
            var filter = filter
            filter.code = group.key
            let clients = try await store.audit.countsByClient(filter, limit: 1, among: Self.countedClients)
            groups.append(
                RefusalGroup(
                    code: group.key, count: group.count,
                    latest: try await search(filter, after: nil, limit: latest).entries,
                    clientCount: clients.groupCount, areAllClientsCounted: !clients.total.hasMore))
        }
        return groups
    }
}

extension RefusalCauses {
    package var json: JSONObject {
        [
            "items": .array(causes.map(\.json)), "count": .number(total.number), "more": .boolean(total.hasMore),
        ]
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        causes = reader.objects("items") { object throws(InvalidDocument) in try Cause(answer: object) }
        total = FoundCount(&reader)
        try reader.finishIgnoringOthers()
    }
}

extension RefusalCauses.Cause {
    package var json: JSONObject {
        [
            "code": .string(code), "count": .number(count.number), "more": .boolean(count.hasMore),
            "clients": .number(clientCount), "all_clients_counted": .boolean(areAllClientsCounted),
            "latest": .string(latest) ?? .null, "latest_at": .string(latestAt?.text) ?? .null,
        ]
    }

    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        (code, count) = (reader.requiredText("code"), FoundCount(&reader))
        clientCount = reader.requiredCount("clients")
        areAllClientsCounted = reader.requiredBoolean("all_clients_counted")
        latest = reader.text("latest", isNullable: true)
        latestAt = reader.time("latest_at", isNullable: true)
        try reader.finishIgnoringOthers()
    }
}

extension FoundCount {
    /// Reads `count` and `more`.
    fileprivate init(_ reader: inout DocumentReader) {
        self.init(reader.requiredCount("count"), hasMore: reader.requiredBoolean("more"))
    }
}
