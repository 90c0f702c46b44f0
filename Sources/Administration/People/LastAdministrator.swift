@_exported import Server
import Synchronization

/// The rule that somebody stays who can administer the server: the last member of the group `admin` who can sign in is not disabled, removed,
/// taken out of the group or left without a password.
struct LastAdministrator: Sendable {
    private let id: UserID
    private let store: any Store
    private let stays: @Sendable (UserRecord) -> Bool

    /// - Parameters:
    ///   - id: the person who is changed.
    ///   - stays: whether the person can administer the server after the change.
    init(_ id: UserID, in store: any Store, stays: @escaping @Sendable (UserRecord) -> Bool) {
        (self.id, self.store, self.stays) = (id, store, stays)
    }

    /// Makes the change under the rule.
    ///
    /// It is decided in the transaction of the change, so that of two administrators who take away each other one stays.
    ///
    /// - Parameter change: uses the store that it gets.
    /// - Throws: `PeopleFailure.lastAdministrator`, and what `change` throws.
    func keeping<Value>(_ change: (any Store) async throws -> Value) async throws -> Value {
        let last = Mutex<String?>(nil)
        let condition = ChangeCondition { [id, stays] records in
            guard let user = try records.user(id), user.canAdminister, !stays(user),
                try !records.hasMember(of: AdminGroup.admin.rawValue, whoCanSignInBeside: id)
            else { return true }
            last.withLock { $0 = user.name }
            return false
        }
        do {
            return try await change(store.requiring(condition))
        } catch StoreError.changed {
            // It may be another condition of the store that does not hold.
            guard let name = last.withLock({ $0 }) else { throw StoreError.changed }
            throw PeopleFailure.lastAdministrator(name)
        }
    }
}

extension UserRecord {
    /// Whether the person can sign in and change everything.
    package var canAdminister: Bool { isEnabled && passwordHash != nil && adminGroups.contains(.admin) }
}
