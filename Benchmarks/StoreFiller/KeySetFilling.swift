import Countersign
import Store

/// Key sets as stored by a server that fetched all of them at the same moment, each fresh for a minute.
///
/// This is the worst case: all are due within six seconds, and a few seconds later all have expired.
struct KeySetFilling: Sendable {
    /// The shortest time for which a set is considered fresh.
    private static let lifetime = Duration.seconds(60)

    /// The document of each set.
    let body: [UInt8]
    let expiry: UnixTime

    /// - Returns: when the first set is due for a refresh.
    func fill(_ store: any KeySetStore, _ urls: [String]) async throws -> UnixTime {
        // Sets that are saved concurrently share a transaction.
        for start in stride(from: 0, to: urls.count, by: 500) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in start..<min(start + 500, urls.count) {
                    let share = Double(index) / Double(urls.count)
                    group.addTask { _ = try await store.save(record(urls[index], share)) }
                }
                try await group.waitForAll()
            }
        }
        return due(0)
    }

    /// - Parameter share: 0 to 1; spreads sets fetched together over a tenth of the lifetime, as the server does.
    private func due(_ share: Double) -> UnixTime { fetchedAt + Self.lifetime * (0.7 + 0.1 * share) }

    private var fetchedAt: UnixTime { expiry - Self.lifetime }

    private func record(_ url: String, _ share: Double) -> RemoteKeySetRecord {
        RemoteKeySetRecord(
            url: url, body: body, fetchedAt: fetchedAt, expiresAt: expiry, attemptedAt: fetchedAt,
            nextAttemptAt: due(share))
    }
}
