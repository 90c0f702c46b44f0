/// Keeps refused requests, as many as there is room for. Entries of callers who proved a key and of those who did not are
/// counted apart, so that nobody can push out the former by sending rubbish.
package protocol AuditLog: Sendable {
    /// Takes an entry, to be written soon. Where entries come faster than they can be written, they are dropped and counted.
    func record(_ entry: AuditEntry)

    /// How many entries were dropped since the store was opened.
    var droppedAuditEntries: Int { get }

    /// Waits until every entry taken so far is written or given up.
    func flushAudit() async

    /// The entry of that reference, however a person typed it.
    func auditEntry(_ reference: String) async throws(StoreError) -> AuditEntry?

    /// The latest entries of both kinds, the newest first: a half each, and more of one kind where there are not enough of the other.
    ///
    /// - Parameter onlyProven: leaves out those of callers who proved no key.
    func latestAuditEntries(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry]
}

extension AuditLog {
    /// The latest entries of both kinds, the newest first.
    package func latestAuditEntries(_ limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await latestAuditEntries(limit, onlyProven: false)
    }
}
