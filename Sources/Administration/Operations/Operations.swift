@_exported import Server

/// What operators do, by noun: over a store of this machine, or through the admin API of a running server.
///
/// Commands know these protocols alone (docs/decisions/0054-operations-as-protocols.md). Both sides throw the same failures, so that they
/// are worded the same.
package struct Operations: Sendable {
    package let clients: any ClientOperations
    package let keyStore: any KeyStoreOperations
    package let people: any PeopleOperations
    package let resources: any ResourceOperations
    package let registrationTokens: any RegistrationTokenOperations
    package let serverKeys: any ServerKeyOperations
    package let refusals: any RefusalOperations
    package let changes: any ChangeOperations
    package let expiry: any ExpiryOperations
    package let overview: any OverviewOperations

    package init(
        clients: any ClientOperations, keyStore: any KeyStoreOperations, people: any PeopleOperations,
        resources: any ResourceOperations, registrationTokens: any RegistrationTokenOperations,
        serverKeys: any ServerKeyOperations, refusals: any RefusalOperations,
        changes: any ChangeOperations, expiry: any ExpiryOperations,
        overview: any OverviewOperations
    ) {
        self.clients = clients
        self.keyStore = keyStore
        self.people = people
        self.resources = resources
        self.registrationTokens = registrationTokens
        self.serverKeys = serverKeys
        self.refusals = refusals
        self.changes = changes
        self.expiry = expiry
        self.overview = overview
    }

    /// The operations on a store.
    ///
    /// - Parameters:
    ///   - serverKeys: needs the master key, which the store does not have.
    ///   - refusals: words what it finds.
    package init(_ store: any Store, serverKeys: any ServerKeyOperations) {
        self.init(
            clients: ClientAdministration(store), keyStore: KeyStoreAdministration(store),
            people: PeopleAdministration(store), resources: ResourceAdministration(store),
            registrationTokens: RegistrationTokenAdministration(store), serverKeys: serverKeys,
            refusals: RefusalAdministration(store), changes: ChangeAdministration(store),
            expiry: ExpiryAdministration(store), overview: StoredOverview(store))
    }
}
