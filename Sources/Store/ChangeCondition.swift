import Synchronization

/// A condition on what is stored, checked in the transaction of a change and before it, as `If-Match` demands (RFC 9110 §13.1.1).
///
/// A use case may change the store several times: its first change checks the condition, and what it changes itself then counts as met. A
/// class because it remembers that.
package final class ChangeCondition: Sendable {
    private let holds: @Sendable (any StoredRecords) throws -> Bool
    private let isMet = Mutex(false)

    /// - Parameter holds: decides by what is stored. It returns `true` for a record that is gone, so that the change says so.
    package init(_ holds: @escaping @Sendable (any StoredRecords) throws -> Bool) {
        self.holds = holds
    }

    /// - Throws: `StoreError.changed` if the condition does not hold and no change has met it before.
    package func check(_ records: any StoredRecords) throws {
        guard try isMet.withLock(\.self) || holds(records) else { throw StoreError.changed }
    }

    /// Records that a change which has checked the condition is durable.
    package func meet() { isMet.withLock { $0 = true } }
}

/// What a condition can read, in the transaction of the change.
package protocol StoredRecords {
    func registration(of id: ClientID) throws -> ClientRegistration?
    func user(_ id: UserID) throws -> UserRecord?
    /// Returns whether a person, also a disabled one, is in a group.
    func hasMember(of group: String) throws -> Bool
    /// Returns whether another person in a group can sign in: one who is enabled and has a password.
    func hasMember(of group: String, whoCanSignInBeside user: UserID) throws -> Bool
    func resource(_ uri: String) throws -> ResourceRecord?
    func keyStoreEntry(_ alias: ExactString) throws -> KeyStoreEntry?
    func initialAccessToken(_ id: String) throws -> InitialAccessToken?
    /// Returns all signing keys, oldest first.
    func signingKeys() throws -> [SigningKeyRecord]
    /// Returns a person's session.
    func session(_ id: String, of user: UserID) throws -> SessionRecord?
    func access(of user: UserID, to client: ClientID) throws -> ClientAccess?
}
