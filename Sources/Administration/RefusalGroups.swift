@_exported import Server

/// The refusals of one cause.
package struct RefusalGroup: Sendable {
    package let code: String
    package let count: FoundCount
    /// The newest first.
    package let latest: [AuditEntry]
    /// The number of clients that callers claimed to be.
    package let clientCount: Int
    /// Whether `clientCount` counts all of them, or only those of the latest refusals.
    package let areAllClientsCounted: Bool
}

extension RefusalAdministration {
    /// The most refusals of a cause whose clients are counted.
    private static let countedClients = 1000

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
