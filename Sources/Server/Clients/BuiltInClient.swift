/// A client that is part of this server and known in memory alone: the store has no row of it, no list shows it, and its identifier cannot
/// be registered (`ClientRecord.validate`).
package struct BuiltInClient: Sendable {
    package let record: ClientRecord
    let registered: RegisteredClient

    /// - Parameter keys: public keys of this process.
    package init(_ record: ClientRecord, keys: [ClientKey]) {
        self.record = record
        var registered = RegisteredClient(
            id: record.id, isEnabled: record.isEnabled, authenticationMethod: record.authenticationMethod, keys: keys,
            options: record.options)
        registered.attachment = AttachedRecord(record, keyOrigin: nil)
        self.registered = registered
    }
}
