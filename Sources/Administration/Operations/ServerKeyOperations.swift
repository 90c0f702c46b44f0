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

/// The operations on the keys of the server in this process, which uses what has changed at once.
package struct RunningServerKeys: ServerKeyOperations {
    private let keys: ServerKeyAdministration
    private let served: ServerKeys
    private let masterKey: MasterKey
    /// Of a token by the server's settings.
    private let longestLifetime: Duration
    private let runtime: Runtime

    /// - Parameters:
    ///   - store: records who changes the keys.
    ///   - served: those that the server signs with.
    ///   - masterKey: for new keys.
    package init(
        _ store: any Store, _ served: ServerKeys, masterKey: MasterKey, _ settings: ServerSettings, _ runtime: Runtime
    ) {
        keys = ServerKeyAdministration(store)
        self.served = served
        self.masterKey = masterKey
        longestLifetime = max(settings.accessTokens.lifetime, settings.signIn.idTokenLifetime)
        self.runtime = runtime
    }

    package func list(at now: UnixTime) async throws -> [ServerKeyAdministration.Details] {
        try await keys.list(at: now)
    }

    package func rotate(
        _ algorithms: [SignatureAlgorithm]?, after delay: Duration, at now: UnixTime
    ) async throws -> [ServerKeyAdministration.Details] {
        try await changing { [keys, masterKey, longestLifetime] in
            try await keys.rotate(
                algorithms, from: now + delay, longestLifetime: longestLifetime, masterKey: masterKey, at: now)
        }
    }

    package func retire(_ keyID: String, at now: UnixTime) async throws -> [ServerKeyAdministration.Details] {
        try await changing { [keys, masterKey] in try await keys.retire(keyID, masterKey: masterKey, at: now) }
    }

    /// Making an RSA key can take a second, which no event loop may wait for.
    private func changing(
        _ body: @escaping @Sendable () async throws -> [ServerKeyAdministration.Details]
    ) async throws -> [ServerKeyAdministration.Details] {
        let changed = try await Task.detached(operation: body).value
        await served.ring.refreshOrReport(runtime)
        return changed
    }
}
