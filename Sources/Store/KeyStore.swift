import Countersign

/// A certificate in the server's key store. It serves the client whose identifier is its alias, where nothing else does.
package struct KeyStoreEntry: Sendable {
    /// What the certificate is kept under, compared as bytes.
    package let alias: ExactString
    /// The certificate.
    package let certificate: KeyCertificate
    /// The key in it, and the restrictions on its use.
    package let jwk: JWK
    /// Whether it came from a Java key store, where aliases have no case: then it serves the one client whose identifier equals the
    /// alias without regard to ASCII case. Any other entry is compared byte for byte.
    package let isFromJava: Bool
    /// When it was put in.
    package let addedAt: UnixTime

    /// Makes an entry.
    package init(
        alias: ExactString, certificate: KeyCertificate, jwk: JWK, isFromJava: Bool = false, addedAt: UnixTime
    ) {
        self.alias = alias
        self.certificate = certificate
        self.jwk = jwk
        self.isFromJava = isFromJava
        self.addedAt = addedAt
    }

    /// The key as the verifier wants it.
    package var clientKey: ClientKey { ClientKey(jwk, certificate: certificate.facts) }

    /// Whether an engine can keep the entry: its alias is one that a client could have as its identifier.
    ///
    /// - Throws: `invalid`.
    package func requireStorable() throws(StoreError) {
        guard ClientID(alias).isRegistrable else {
            throw .invalid("An alias has 1 to 255 bytes and no control characters")
        }
    }
}

/// What became of an entry that was put into the key store.
package enum KeyStorePut: Sendable, Equatable {
    /// There was none of that alias.
    case added
    /// The alias has that certificate already; nothing was written.
    case unchanged
    /// The alias has that certificate already, and is now known to come from a Java key store.
    case recognised
    /// The alias had another certificate.
    case replaced
}

/// Why entries from Java key stores serve none of the clients whose identifiers equal their aliases without regard to case.
///
/// Which client was meant is lost where Java writes aliases in lower case. A guess could let one client's key prove another one.
package enum AliasAmbiguity: Sendable, Equatable {
    /// The alias could mean each of these clients.
    case severalClients(alias: ExactString, [ClientID])
    /// Each of these aliases could mean the client, and none of them is its identifier byte for byte.
    case severalEntries([ExactString])

    /// A phrase for people.
    package var phrase: String {
        func list(_ names: [ExactString]) -> String { names.map { "'\($0.text)'" }.joined(separator: ", ") }
        return switch self {
        case .severalClients(let alias, let clients):
            """
            the key store's entry '\(alias)' came from a Java key store, which does not tell upper from lower case, and could \
            mean each of the clients \(list(clients.map(\.value))): it serves none of them
            """
        case .severalEntries(let aliases):
            """
            the key store's entries \(list(aliases)) came from Java key stores, which do not tell upper from lower case, and \
            each could mean the client: none serves it
            """
        }
    }

    /// The alias of an entry that could be meant.
    package var alias: ExactString {
        switch self {
        case .severalClients(let alias, _): alias
        case .severalEntries(let aliases): aliases.first ?? ""
        }
    }
}

/// Certificates under aliases, which are compared as bytes. A running server applies a change within a second.
package protocol KeyStore: Sendable {
    /// All entries in byte order of their aliases.
    func entries() async throws(StoreError) -> [KeyStoreEntry]

    /// The entry of an alias.
    func entry(_ alias: ExactString) async throws(StoreError) -> KeyStoreEntry?

    /// Entries whose aliases equal this one if ASCII case is ignored, itself included, in byte order.
    func entries(alike alias: ExactString) async throws(StoreError) -> [KeyStoreEntry]

    /// Adds or replaces entries in one transaction.
    ///
    /// - Parameter replaces: whether an entry with another certificate is replaced.
    /// - Returns: what happened to each entry, in the order given.
    /// - Throws: `conflict` if an alias has another certificate and `replaces` is false; `invalid` for an alias that is not
    ///   a valid client identifier.
    func put(_ entries: [KeyStoreEntry], replaces: Bool) async throws(StoreError) -> [KeyStorePut]

    /// Removes the entry of an alias.
    ///
    /// - Throws: `notFound`.
    func remove(_ alias: ExactString) async throws(StoreError)
}
