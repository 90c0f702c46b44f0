/// A certificate in the server's key store, for the client whose identifier is its alias and that has no other source of keys.
package struct KeyStoreEntry: Sendable {
    /// The name of the certificate, compared as bytes.
    package let alias: ExactString
    package let certificate: KeyCertificate
    /// The certificate's key and the restrictions on its use.
    package let jwk: JWK
    /// Whether it came from a Java key store, where aliases are case-insensitive: then it serves the one client whose identifier
    /// equals the alias ignoring ASCII case. All other entries are compared byte by byte.
    package let isFromJava: Bool
    /// When the entry was added.
    package let addedAt: UnixTime

    package init(
        alias: ExactString, certificate: KeyCertificate, jwk: JWK, isFromJava: Bool = false, addedAt: UnixTime
    ) {
        self.alias = alias
        self.certificate = certificate
        self.jwk = jwk
        self.isFromJava = isFromJava
        self.addedAt = addedAt
    }

    /// The key in the verifier's form.
    package var clientKey: ClientKey { ClientKey(jwk, certificate: certificate.facts) }

    /// Checks that an engine can store the entry: its alias must be valid as a client identifier.
    ///
    /// - Throws: `invalid`.
    package func validate() throws(StoreError) {
        guard ClientID(alias).isRegistrable else {
            throw .invalid("An alias must have 1 to 255 bytes and no control characters")
        }
    }
}

/// The outcome of putting an entry into the key store.
package enum KeyStorePutResult: Sendable, Equatable {
    /// The alias was new.
    case added
    /// The alias already had that certificate; nothing was written.
    case unchanged
    /// The alias already had that certificate, and is now marked as coming from a Java key store.
    case markedAsJava
    /// The alias had another certificate.
    case replaced
}

/// Why entries from Java key stores serve none of the clients whose identifiers equal their aliases ignoring case.
///
/// Java writes aliases in lower case, so the intended client is unknown. A guess could let one client's key authenticate another.
package enum AliasAmbiguity: Sendable, Equatable {
    /// The alias could mean each of these clients.
    case severalClients(alias: ExactString, [ClientID])
    /// Each of these aliases could mean the client, but none equals its identifier byte by byte.
    case severalEntries([ExactString])

    /// The reason as a clause for people.
    package var phrase: String {
        func list(_ names: [ExactString]) -> String { names.map { "'\($0.text)'" }.joined(separator: ", ") }
        return switch self {
        case .severalClients(let alias, let clients):
            """
            the key store's entry '\(alias)' came from a Java key store, which does not distinguish upper and lower case, and \
            could mean each of the clients \(list(clients.map(\.value))): it serves none of them
            """
        case .severalEntries(let aliases):
            """
            the key store's entries \(list(aliases)) came from Java key stores, which do not distinguish upper and lower case, \
            and each could mean the client: none serves it
            """
        }
    }

    /// The first alias that could mean the client.
    package var alias: ExactString {
        switch self {
        case .severalClients(let alias, _): alias
        case .severalEntries(let aliases): aliases.first ?? ""
        }
    }
}

/// Certificates under aliases, which are compared as bytes. A running server applies a change within a second.
package protocol KeyStore: Sendable {
    /// Returns all entries in byte order of their aliases.
    func entries() async throws(StoreError) -> [KeyStoreEntry]

    /// Returns a page of the entries that match, the next to expire first; those that end at the same time are in byte order of their aliases.
    ///
    /// - Parameter position: by `KeyStoreEntry.position`. Any other text means the first page.
    func search(
        _ filter: KeyStoreFilter, at position: PagePosition, limit: Int, now: UnixTime
    ) async throws(StoreError) -> FoundPage<KeyStoreEntry>

    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry?

    /// Returns the entries whose aliases equal this one ignoring ASCII case, itself included, in byte order.
    func entries(ignoringCaseOf alias: ExactString) async throws(StoreError) -> [KeyStoreEntry]

    /// Adds or replaces entries in one transaction.
    ///
    /// - Parameter replaces: whether an entry with another certificate is replaced.
    /// - Returns: the outcome for each entry, in the order given.
    /// - Throws: `conflict` if an alias has another certificate and `replaces` is false; `invalid` for an invalid alias.
    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePutResult]

    /// Removes the entry of an alias.
    ///
    /// - Throws: `notFound`.
    func remove(_ alias: ExactString) async throws(StoreError)
}
