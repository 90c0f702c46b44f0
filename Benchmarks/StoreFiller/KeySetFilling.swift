import Countersign
import Store

/// Key sets as a server keeps them that read all of them at the same moment, each good for a minute.
///
/// That is the worst that can happen to it: all are due within six seconds, and a few seconds later all have run out.
struct KeySetFilling: Sendable {
    /// The shortest time for which a set is believed to be good.
    private static let lifetime = Duration.seconds(60)

    /// The document of each.
    let body: [UInt8]
    let expiry: UnixTime

    /// - Returns: when the first of them is to be read again.
    func fill(_ store: any KeySetStore, _ urls: [String]) async throws -> UnixTime {
        // Those that are saved together share a transaction.
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

    /// - Parameter share: 0 to 1; spreads what was read together over a tenth of the lifetime, as the server does.
    private func due(_ share: Double) -> UnixTime { fetchedAt + Self.lifetime * (0.7 + 0.1 * share) }

    private var fetchedAt: UnixTime { expiry - Self.lifetime }

    private func record(_ url: String, _ share: Double) -> RemoteKeySetRecord {
        RemoteKeySetRecord(
            url: url, body: body, fetchedAt: fetchedAt, expiresAt: expiry, attemptedAt: fetchedAt,
            nextAttemptAt: due(share))
    }
}
