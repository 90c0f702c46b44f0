extension Change {
    /// Why the change cannot be undone, as far as its kind decides; `nil` if it depends on what is stored now.
    package var undoability: NotUndoable? {
        switch action {
        case .clientChanged:
            before?["secrets"] == nil && after?["secrets"] == nil ? nil : .secret
        case .clientEnabled, .clientDisabled, .clientKeyAdded, .clientKeyRemoved, .clientKeyChanged, .userChanged,
            .userEnabled, .userDisabled, .resourceChanged, .resourceRemoved:
            nil
        case .clientRemoved:
            before?["registered_itself"] == nil && before?.object("secrets") == [:] ? nil : .removal
        case .clientRegistered, .userAdded, .resourceAdded, .keyStoreEntryAdded, .registrationTokenAdded: .addition
        case .clientSecretAdded, .clientSecretRemoved, .userPasswordSet, .userPasswordRemoved, .userCalendarMade,
            .userCalendarRemoved:
            .secret
        case .userRemoved, .registrationTokenRemoved, .registrationsExpired: .removal
        case .userSessionsEnded, .userAccessEnded, .changesRemoved: .ended
        case .keyStoreEntryChanged, .keyStoreEntryRemoved: .keyStore
        case .serverKeyAdded, .serverKeyChanged: .serverKey
        }
    }
}

/// The undoing of a change: the members that it changed get the values from before it, if they still have those from after it. What else
/// was changed since stays. It is a change itself, which names the one that it undoes.
extension ChangeAdministration {
    /// - Returns: the change that was made.
    /// - Throws: `ChangeFailure`; `StoreError`.
    package func undo(_ number: Int64, at now: UnixTime) async throws -> Change {
        guard case .change(let change) = try await shown(number) else {
            throw ChangeFailure.notUndoable(number, .unreadable)
        }
        let earlier = try await store.changes.undoing(number)
        switch change.action {
        case .clientChanged, .clientEnabled, .clientDisabled, .clientKeyAdded, .clientKeyRemoved:
            try await undoClient(change, at: now)
        case .clientKeyChanged: try await undoKeyStatus(change)
        case .clientRemoved: try await registerAgain(change, at: now)
        case .userChanged, .userEnabled, .userDisabled: try await undoUser(change, at: now)
        case .resourceChanged: try await undoResource(change)
        case .resourceRemoved: try await addResourceAgain(change)
        case .clientRegistered, .userAdded, .resourceAdded, .keyStoreEntryAdded, .registrationTokenAdded,
            .clientSecretAdded, .clientSecretRemoved, .userPasswordSet, .userPasswordRemoved, .userCalendarMade,
            .userCalendarRemoved, .userRemoved,
            .registrationTokenRemoved, .registrationsExpired, .userSessionsEnded, .userAccessEnded, .changesRemoved,
            .keyStoreEntryChanged, .keyStoreEntryRemoved, .serverKeyAdded, .serverKeyChanged:
            throw ChangeFailure.notUndoable(number, change.undoability ?? .unreadable)
        }
        guard let made = try await store.changes.undoing(number), made != earlier else {
            throw ChangeFailure.notUndoable(number, .unchanged)
        }
        return try await self.change(made)
    }

    private func undoClient(_ change: Change, at now: UnixTime) async throws {
        guard let before = change.before, let after = change.after, before["secrets"] == nil, after["secrets"] == nil
        else { throw ChangeFailure.notUndoable(change.number, .secret) }
        let algorithms = try await store.signingKeys.all().algorithms(at: now)
        let outcome: Result<ClientRegistration, any Error>
        do throws(StoreError) {
            outcome = try await store.undoing(change.number).clients.change(ClientID(change.subject.id)) {
                current throws(any Error) in
                try Self.undone(change, before, after, of: current, algorithms, at: now)
            }
        } catch {
            if case .notFound = error { throw ChangeFailure.removedSince(change.number, change.subject) }
            throw error
        }
        _ = try outcome.get()
    }

    private static func undone(
        _ change: Change, _ before: JSONObject, _ after: JSONObject, of current: ClientRegistration,
        _ algorithms: [SignatureAlgorithm], at now: UnixTime
    ) throws -> (client: ClientRecord, keys: [KeyRecord]) {
        let facts = current.facts
        let conflicts = FactDifference.conflicts(before, after, with: facts)
        guard conflicts.isEmpty else { throw ChangeFailure.changedSince(change.number, members: conflicts) }
        guard let wanted = FactDifference.apply(after, before, to: facts),
            let client = ClientRecord(
                facts: wanted, id: current.client.id, secrets: current.client.secrets, updatedAt: now),
            let returning = keys(in: before, notIn: after)
        else { throw ChangeFailure.notUndoable(change.number, .unreadable) }
        try checkRules(client, current.client, algorithms, change)
        let leaving = Set(after.object("keys").members.map(\.name.text)).subtracting(
            before.object("keys").members.map(\.name.text))
        let staying = current.keys.filter { !leaving.contains("\($0.number ?? 0)") }
        // The same key by another name may have been revoked meanwhile.
        for key in returning where staying.contains(where: { $0.jwk.thumbprint == key.jwk.thumbprint }) {
            throw ChangeFailure.changedSince(change.number, members: ["keys.\(key.jwk.thumbprint)"])
        }
        return (client, staying + returning)
    }

    /// The rules of today for a client that was registered by those of another day.
    private static func checkRules(
        _ client: ClientRecord, _ current: ClientRecord?, _ algorithms: [SignatureAlgorithm], _ change: Change
    ) throws {
        do {
            try ClientAdministration.checkRules(client, before: current, algorithms)
        } catch let fault as SignInFault {
            throw ChangeFailure.notUndoable(change.number, .refused("\(fault.phrase)."))
        } catch ClientFailure.noSigningKey(let choice, _) {
            throw ChangeFailure.notUndoable(
                change.number, .refused("the server has no key for \(choice.algorithm.name)."))
        }
    }

    /// - Returns: `nil` if one of the keys cannot be read.
    private static func keys(in before: JSONObject, notIn after: JSONObject) -> [KeyRecord]? {
        let kept = after.object("keys")
        let facts = before.object("keys").members.filter { kept[$0.name.text] == nil }
        let keys = facts.compactMap { member in
            if case .object(let facts) = member.value { KeyRecord(facts: facts) } else { nil }
        }
        return keys.count == facts.count ? keys : nil
    }

    private func undoKeyStatus(_ change: Change) async throws {
        guard let before = change.before, let after = change.after,
            let (name, old) = before.object("keys").members.first.map({ ($0.name.text, $0.value) }),
            case .object(let oldFacts) = old, let number = Int64(name),
            let status = KeyAvailability(facts: oldFacts)
        else { throw ChangeFailure.notUndoable(change.number, .unreadable) }
        if case .object(let facts)? = after.object("keys")[name], KeyAvailability(facts: facts)?.isRevoked != false {
            throw ChangeFailure.notUndoable(change.number, .revokedKey)
        }
        let id = ClientID(change.subject.id)
        let condition = ChangeCondition { records in
            guard let facts = try records.registration(of: id)?.facts else { return true }
            return FactDifference.conflicts(before, after, with: facts).isEmpty
        }
        do throws(StoreError) {
            try await store.undoing(change.number).requiring(condition).clientKeys.setStatus(
                status, number: number, of: id)
        } catch {
            throw failure(error, change, members: ["keys.\(name)"])
        }
    }

    private func registerAgain(_ change: Change, at now: UnixTime) async throws {
        guard let before = change.before, before["registered_itself"] == nil, before.object("secrets") == [:] else {
            throw ChangeFailure.notUndoable(change.number, .removal)
        }
        guard let client = ClientRecord(facts: before, id: ClientID(change.subject.id), updatedAt: now),
            let keys = Self.keys(in: before, notIn: [:])
        else { throw ChangeFailure.notUndoable(change.number, .unreadable) }
        try Self.checkRules(client, nil, try await store.signingKeys.all().algorithms(at: now), change)
        do throws(StoreError) {
            try await store.undoing(change.number).clients.add(client, keys: keys)
        } catch {
            throw failure(error, change, members: ["client_id"])
        }
    }

    private func undoUser(_ change: Change, at now: UnixTime) async throws {
        guard let before = change.before, let after = change.after else {
            throw ChangeFailure.notUndoable(change.number, .unreadable)
        }
        @Sendable func undone(_ user: UserRecord) throws(ChangeFailure) -> UserRecord {
            try Self.undone(change, before, after, of: user, at: now)
        }
        let outcome: Result<UserRecord, ChangeFailure>
        do {
            let id = UserID(change.subject.id.text)
            let rule = LastAdministrator(
                id, in: store.undoing(change.number), stays: { (try? undone($0))?.canAdminister ?? true })
            outcome = try await rule.keeping { store in try await store.users.change(id, undone) }
        } catch let error as StoreError {
            throw failure(error, change, members: ["user_name"])
        }
        _ = try outcome.get()
    }

    private static func undone(
        _ change: Change, _ before: JSONObject, _ after: JSONObject, of user: UserRecord, at now: UnixTime
    ) throws(ChangeFailure) -> UserRecord {
        let facts = user.facts
        let conflicts = FactDifference.conflicts(before, after, with: facts)
        guard conflicts.isEmpty else { throw .changedSince(change.number, members: conflicts) }
        guard let wanted = FactDifference.apply(after, before, to: facts),
            let undone = user.replacing(wanted, at: now)
        else { throw .notUndoable(change.number, .unreadable) }
        return undone
    }

    private func undoResource(_ change: Change) async throws {
        guard let before = change.before, let after = change.after else {
            throw ChangeFailure.notUndoable(change.number, .unreadable)
        }
        let uri = change.subject.id.text
        let condition = ChangeCondition { records in
            guard let facts = try records.resource(uri)?.facts else { return true }
            return FactDifference.conflicts(before, after, with: facts).isEmpty
        }
        do throws(StoreError) {
            _ = try await store.undoing(change.number).requiring(condition).resources.change(uri) { resource in
                let wanted = FactDifference.apply(after, before, to: resource.facts)
                if let undone = wanted.flatMap({ ResourceRecord(facts: $0, uri: uri) }) { resource = undone }
            }
        } catch {
            throw failure(error, change, members: before.members.map(\.name.text))
        }
    }

    private func addResourceAgain(_ change: Change) async throws {
        guard let resource = change.before.flatMap({ ResourceRecord(facts: $0, uri: change.subject.id.text) }) else {
            throw ChangeFailure.notUndoable(change.number, .unreadable)
        }
        do throws(StoreError) {
            try await store.undoing(change.number).resources.add(resource)
        } catch {
            throw failure(error, change, members: ["resource"])
        }
    }

    /// - Parameter members: what was changed since, if something was.
    private func failure(_ error: StoreError, _ change: Change, members: [String]) -> any Error {
        switch error {
        case .changed, .conflict: ChangeFailure.changedSince(change.number, members: members)
        case .notFound: ChangeFailure.removedSince(change.number, change.subject)
        case .unavailable, .unsafeFile, .invalid, .inUse, .corrupt: error
        }
    }
}

extension JSONObject {
    /// Returns a member that is an object; an empty one if it is missing.
    fileprivate func object(_ name: String) -> JSONObject {
        if case .object(let object)? = self[name] { object } else { [:] }
    }
}
