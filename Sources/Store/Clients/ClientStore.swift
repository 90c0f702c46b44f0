import Countersign

/// Keeps clients and their keys. Identifiers are compared as bytes (RFC 3986 §6.2.1).
public protocol ClientStore: Sendable {
    /// Registers a client with its keys, both or neither.
    ///
    /// - Throws: `conflict` where the identifier is taken, `invalid` where it cannot be registered.
    func add(_ client: ClientRecord, keys: [KeyRecord]) async throws(StoreError)

    /// A client and its keys as they stand at one moment, or `nil`.
    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration?

    /// Clients by the bytes of their identifiers, ascending.
    ///
    /// - Parameters:
    ///   - id: the last client of the page before; `nil` begins at the start.
    ///   - limit: how many at most.
    func clients(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord]

    /// Replaces everything registered about a client, its identifier and time of registration apart.
    ///
    /// - Parameter keys: the new keys; `nil` leaves them as they are.
    /// - Throws: `notFound`.
    func update(_ client: ClientRecord, keys: [KeyRecord]?) async throws(StoreError)

    /// Lets a client in, or keeps it out.
    ///
    /// - Throws: `notFound`.
    func setEnabled(_ isEnabled: Bool, _ id: ClientID, at now: UnixTime) async throws(StoreError)

    /// Removes a client and its keys. Its used `jti`s stay used, should it ever be registered again.
    ///
    /// - Throws: `notFound`.
    func remove(_ id: ClientID) async throws(StoreError)

    /// Adds one key to a client's others.
    ///
    /// - Throws: `notFound`.
    func add(_ key: KeyRecord, to id: ClientID) async throws(StoreError)

    /// Removes one key.
    ///
    /// - Parameter number: the key's `number`.
    /// - Throws: `notFound`.
    func removeKey(_ number: Int64, of id: ClientID) async throws(StoreError)

    /// Calls `changed` once at the beginning, at once after each change made through this store, and within a second after a
    /// change by any other process. Ends when its task is cancelled.
    ///
    /// The call at the beginning means that nothing is missed: whoever read a client before the watch began reads it again.
    func watchClients(_ changed: @escaping @Sendable () -> Void) async
}
