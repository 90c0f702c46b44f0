import Administration

/// The key store of a running server.
struct RemoteKeyStore: KeyStoreOperations {
    let server: RemoteServer

    /// The server's clock decides what has expired.
    func entries(
        _ filter: KeyStoreFilter, limit: Int, at now: UnixTime
    ) async throws -> FoundPage<KeyStoreEntryDetails> {
        try await server.found(limit, of: ["keystore"], query: filter.parameters).map { item in
            try server.decoded(item) { try KeyStoreEntryDetails(answer: $0) }
        }
    }

    func entry(_ alias: String) async throws -> KeyStoreEntryDetails {
        try server.decoded(try await server.get(["keystore", alias]).object) { try KeyStoreEntryDetails(answer: $0) }
    }

    func plan(
        _ file: CertificateFile, alias: String?, replaces: Bool, at now: UnixTime
    ) async throws -> KeyStoreImport {
        try await send(file, alias: alias, replaces: replaces, isDryRun: true, at: now)
    }

    /// The server does what it has planned, or nothing if the key store has changed meanwhile.
    func commit(_ plan: KeyStoreImport) async throws {
        _ = try await send(
            plan.file, alias: plan.alias, replaces: plan.replaces, isDryRun: false, ifMatch: plan.tag, at: .now)
    }

    /// Sends certificates. A file's private keys and its password stay here.
    private func send(
        _ file: CertificateFile, alias: String?, replaces: Bool, isDryRun: Bool, ifMatch: String? = nil,
        at now: UnixTime
    ) async throws -> KeyStoreImport {
        let answer = try await server.post(
            ["keystore"],
            [
                "certificates": file.json, "file_name": .string(file.name), "alias": .string(alias),
                "replace": .boolean(replaces), "dry_run": .boolean(isDryRun),
            ], ifMatch: ifMatch)
        return try server.decoded(answer.object) {
            try KeyStoreImport(
                answer: $0, tag: answer.tag, for: file, alias: alias, replaces: replaces, at: now)
        }
    }

    func remove(_ alias: String) async throws { try await server.delete(["keystore", alias]) }
}
