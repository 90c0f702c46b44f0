@_exported import Server

/// The operations on the keys that the server signs with. Each throws `ServerKeyFailure`, and returns the keys, the newest first.
package protocol ServerKeyOperations: Sendable {
    func list(at now: UnixTime) async throws -> [ServerKeyAdministration.Details]

    /// Makes the next key of each algorithm, which is published at once.
    ///
    /// - Parameters:
    ///   - algorithms: `nil` for all that the server signs with.
    ///   - delay: the time until the new keys sign.
    func rotate(
        _ algorithms: [SignatureAlgorithm]?, after delay: Duration, at now: UnixTime
    ) async throws -> [ServerKeyAdministration.Details]

    /// Withdraws a key at once. If it signs, the next key takes its place, or a new one.
    func retire(_ keyID: String, at now: UnixTime) async throws -> [ServerKeyAdministration.Details]
}
