@_exported import Server

/// The operations on the key store. Each throws `KeyStoreFailure` for what does not exist.
package protocol KeyStoreOperations: Sendable {
    /// Returns the first entries, the next to expire first.
    ///
    /// - Parameters:
    ///   - filter: an empty one finds all.
    ///   - limit: the most that are returned.
    func entries(
        _ filter: KeyStoreFilter, limit: Int, at now: UnixTime
    ) async throws -> FoundPage<KeyStoreEntryDetails>

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

    package func entries(
        _ filter: KeyStoreFilter, limit: Int, at now: UnixTime
    ) async throws(StoreError) -> FoundPage<KeyStoreEntryDetails> {
        try await FoundPage.first(limit) { position, size throws(StoreError) in
            try await search(filter, at: position, limit: size, now: now)
        } position: {
            $0.entry.position
        }
    }

    /// Returns a page of the entries that match, the next to expire first.
    ///
    /// - Parameter position: by `KeyStoreEntry.position`.
    package func search(
        _ filter: KeyStoreFilter, at position: PagePosition, limit: Int, now: UnixTime
    ) async throws(StoreError) -> FoundPage<KeyStoreEntryDetails> {
        let found = try await store.keyStore.search(filter, at: position, limit: limit, now: now)
        let details = try await KeyStoreEntryDetails.of(found.items, in: store)
        return FoundPage(
            items: details, hasPrevious: found.hasPrevious, hasNext: found.hasNext, count: found.count)
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
