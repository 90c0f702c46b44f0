import Store

extension ClientStore {
    /// Replaces what is registered about a client.
    ///
    /// - Parameter keys: as `change` returns them; `nil` keeps all.
    /// - Throws: as `change`.
    package func replace(_ client: ClientRecord, keys: [KeyRecord]? = nil) async throws(StoreError) {
        let result = try await change(client.id) { before throws(Never) in (client, keys ?? before.keys) }
        switch result {
        case .success: break
        }
    }
}

extension UserStore {
    /// Replaces what `change` can replace of a person.
    ///
    /// - Throws: as `change`.
    package func replace(_ user: UserRecord) async throws(StoreError) {
        let result = try await change(user.id) { _ throws(Never) in user }
        switch result {
        case .success: break
        }
    }
}

extension ConsentStore {
    /// Returns a person's consents in order of the clients.
    package func consents(of user: UserID) async throws(StoreError) -> [ConsentRecord] {
        try await access(of: user, limit: .max).compactMap(\.consent)
    }
}
