@_exported import Server

/// The operations on the key store. Each throws `KeyStoreFailure` for what does not exist.
package protocol KeyStoreOperations: Sendable {
    /// Returns all entries, in byte order of their aliases.
    func entries() async throws -> [KeyStoreEntryDetails]

    func entry(_ alias: String) async throws -> KeyStoreEntryDetails

    /// Says what an import would do, and changes nothing.
    ///
    /// - Parameter alias: selects one of several entries of the file, or names the only one.
    func plan(
        _ file: CertificateFile, alias: String?, replaces: Bool, at now: UnixTime
    ) async throws -> KeyStoreImport

    /// Writes the certificates of a plan without conflicts.
    func commit(_ plan: KeyStoreImport) async throws

    func remove(_ alias: String) async throws
}

/// The certificates under aliases in a store.
package struct KeyStoreAdministration: KeyStoreOperations {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func entries() async throws -> [KeyStoreEntryDetails] { try await KeyStoreEntryDetails.all(in: store) }

    /// Returns the entries without the clients that they serve, which take two readings of the store for each.
    package func plainEntries() async throws(StoreError) -> [KeyStoreEntry] { try await store.keyStore.entries() }

    /// Returns what these entries serve.
    package func details(of entries: [KeyStoreEntry]) async throws(StoreError) -> [KeyStoreEntryDetails] {
        try await KeyStoreEntryDetails.of(entries, in: store)
    }

    package func entry(_ alias: String) async throws -> KeyStoreEntryDetails {
        try await KeyStoreEntryDetails.entry(alias, in: store)
    }

    package func plan(
        _ file: CertificateFile, alias: String?, replaces: Bool, at now: UnixTime
    ) async throws -> KeyStoreImport {
        try await KeyStoreImport(file, alias: alias, replaces: replaces, into: store, at: now)
    }

    package func commit(_ plan: KeyStoreImport) async throws { try await plan.commit(to: store) }

    package func remove(_ alias: String) async throws {
        // For its message, which says what to do.
        try await store.keyStore.remove(try await entry(alias).entry.alias)
    }
}
