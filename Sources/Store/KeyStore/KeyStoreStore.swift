import CountersignJOSE

/// Keeps certificates under aliases, which are compared as bytes. A running server honours a change within a second.
package protocol KeyStoreStore: Sendable {
    /// All entries, by the bytes of their aliases.
    func entries() async throws(StoreError) -> [KeyStoreEntry]

    /// The entry of an alias, or `nil`.
    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry?

    /// Entries whose aliases equal this one without regard to ASCII case, itself included, by the bytes of their aliases.
    func entries(alike alias: ExactString) async throws(StoreError) -> [KeyStoreEntry]

    /// Puts entries in, all or none.
    ///
    /// - Parameter replaces: whether an alias that has another certificate gets the new one.
    /// - Returns: what became of each, in their order.
    /// - Throws: `conflict` where an alias has another certificate and may not be replaced, `invalid` for an alias that no
    ///   client could have as its identifier.
    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePut]

    /// Removes the entry of an alias.
    ///
    /// - Throws: `notFound`.
    func removeEntry(_ alias: ExactString) async throws(StoreError)
}
