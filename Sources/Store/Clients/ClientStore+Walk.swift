import Countersign

extension ClientStore {
    /// Visits every client with its keys, by the bytes of the identifiers. One page is in memory at a time, however many there are.
    ///
    /// A client that is added or removed meanwhile may be visited or not. Ends early, without an error, when the task is cancelled.
    ///
    /// - Parameter pageSize: how many clients are read at once.
    package func walkRegistrations(
        pageSize: Int = 200, _ visit: (ClientRegistration) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        var last: ClientID?
        while !Task.isCancelled {
            let page = try await clients(after: last, limit: pageSize)
            for client in page {
                if let registration = try await registration(of: client.id) { try await visit(registration) }
            }
            guard page.count == pageSize else { return }
            last = page.last?.id
        }
    }
}
