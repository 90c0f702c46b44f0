import Countersign

/// Used assertions that a server must remember, claimed in the same way as by requests.
struct LiveClaimsFilling: Sendable {
    /// The longest lifetime allowed for assertions.
    private static let lifetime = Duration.seconds(3600)
    /// The number of concurrent claims, which share a transaction.
    private static let batchSize = 1000

    let count: Int

    func fill(_ store: some ReplayGuard) async throws {
        let expiry = UnixTime.now + Self.lifetime
        for start in stride(from: 0, to: count, by: Self.batchSize) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + Self.batchSize, count) {
                    let digest = withUnsafeBytes(of: UInt64.random(in: 0...UInt64.max)) { Array($0) }
                    let claim = ReplayClaim(client: ClientID("filler-\(number % 100)"), digest: digest, expiry: expiry)
                    group.addTask { _ = try await store.claim(claim) }
                }
                try await group.waitForAll()
            }
            if (start + Self.batchSize).isMultiple(of: 100_000) {
                StoreFiller.say("  \(start + Self.batchSize) of \(count) claims")
            }
        }
    }
}
