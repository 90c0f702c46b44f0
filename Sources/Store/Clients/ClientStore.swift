import Countersign
import CountersignJOSE

/// Keeps clients and their keys. Identifiers are compared as bytes (RFC 3986 §6.2.1).
package protocol ClientStore: Sendable {
    /// Registers a client with its keys, both or neither.
    ///
    /// - Throws: `conflict` where the identifier is taken, `invalid` where it cannot be registered.
    func add(_ client: ClientRecord, keys: [KeyRecord]) async throws(StoreError)

    /// A client, its keys and the key store's entry that serves it as they stand at one moment, or `nil`.
    func registration(of id: ClientID) async throws(StoreError) -> ClientRegistration?

    /// The identifiers of clients that equal this one without regard to ASCII case, itself included, by their bytes; at most 100.
    func clientIDs(alike id: ExactString) async throws(StoreError) -> [ClientID]

    /// Clients by the bytes of their identifiers, ascending.
    ///
    /// - Parameters:
    ///   - id: the last client of the page before; `nil` begins at the start.
    ///   - limit: how many at most.
    func clients(after id: ClientID?, limit: Int) async throws(StoreError) -> [ClientRecord]

    /// Counts the changes of clients and their keys, made by any process.
    func clientRevision() async throws(StoreError) -> Int64

    /// Calls `body` with the identifier of each client, in no particular order.
    ///
    /// - Returns: the revision that these identifiers belong to, read in the same snapshot.
    func forEachClientID(_ body: @escaping @Sendable (ClientID) -> Void) async throws(StoreError) -> Int64

    /// Clients with a certificate, among their own keys or under their identifier in the key store: in an order of the engine's own,
    /// each once. What it costs grows with these clients, not with all.
    ///
    /// - Parameters:
    ///   - position: of the last client of the page before; `nil` begins at the start.
    ///   - limit: how many at most.
    func certifiedClients(after position: Int64?, limit: Int) async throws(StoreError) -> [CertifiedClient]

    /// The scope tokens that enabled clients are registered for, none twice, in the order of the clients' registration.
    ///
    /// - Parameter limit: how many at most.
    func registeredScopes(limit: Int) async throws(StoreError) -> [String]

    /// Replaces everything registered about a client, its identifier and time of registration apart.
    ///
    /// - Parameter keys: the keys it is to have; `nil` leaves them as they are. One with a `number` is one that the client has,
    ///   and stays as the store has it, its status too; one without is added; whatever else the client has is removed.
    /// - Throws: `notFound`, also where a key that was to stay has gone meanwhile.
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

    /// Lets a key be used, lets it retire, or revokes it.
    ///
    /// Revoking is for good: whoever has a revoked key in the hand must not gain by anybody's slip. To use it after all, remove it
    /// and register it again. Revoking a revoked key changes nothing: the first moment stands.
    ///
    /// - Parameter number: the key's `number`.
    /// - Throws: `notFound`; `invalid` where a revoked key is to be used again.
    func setKeyStatus(_ status: KeyAvailability, number: Int64, of id: ClientID) async throws(StoreError)

    /// Calls `changed` once at the beginning, at once after each change made through this store, and within a second after a
    /// change by any other process. Entries of the key store count as clients here. Ends when its task is cancelled.
    ///
    /// The call at the beginning means that nothing is missed: whoever read a client before the watch began reads it again.
    func watchClients(_ changed: @escaping @Sendable () -> Void) async
}
