import Administration

/// `/users/{sub}/sessions` and `/users/{sub}/access`: where a person is signed in, and what they have allowed clients.
struct UserAccessEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/users/{sub}/sessions", sessions),
            .delete("/users/{sub}/sessions", endSessions),
            .get("/users/{sub}/sessions/{sid}", session),
            .delete("/users/{sub}/sessions/{sid}", endSession),
            .get("/users/{sub}/access", accesses),
            .delete("/users/{sub}/access", withdrawAll),
            .get("/users/{sub}/access/{client_id}", access),
            .delete("/users/{sub}/access/{client_id}", withdraw),
        ]
    }

    /// The sessions of a person, in the order of their identifiers, which does not change while they are used.
    private func sessions(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request)
        let people = PeopleAdministration(request.store)
        let sessions = try await people.details(of: try await people.user(request.userID)).sessions
        return page.response(ofAll: sessions, position: \.id, json: \.json)
    }

    private func endSessions(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(request.store)
        try await people.endSessions(of: try await people.user(request.userID), at: request.now)
        return .none
    }

    private func session(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(request.store)
        let session = try await people.session(request.parameter("sid"), of: try await people.user(request.userID))
        return .thing(session.json, tag: session.tag)
    }

    private func endSession(_ request: AdminRequest) async throws -> AdminResponse {
        let (user, id) = (request.userID, request.parameter("sid"))
        let people = PeopleAdministration(try request.store { try $0.session(id, of: user)?.tag })
        try await people.endSession(id, of: try await people.user(user), at: request.now)
        return .none
    }

    private func accesses(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request)
        let people = PeopleAdministration(request.store)
        let accesses = try await people.details(of: try await people.user(request.userID)).accesses
        return page.response(ofAll: accesses, position: \.client.text, json: \.json)
    }

    private func withdrawAll(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(request.store)
        let done = try await people.withdrawAccess(of: try await people.user(request.userID), at: request.now)
        return .document(["withdrawn": .number(done.count), "more": .boolean(done.hasMore)])
    }

    private func access(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(request.store)
        let access = try await people.access(
            to: ClientID(request.parameter("client_id")), of: try await people.user(request.userID))
        return .thing(access.json, tag: access.tag)
    }

    private func withdraw(_ request: AdminRequest) async throws -> AdminResponse {
        let (user, client) = (request.userID, ClientID(request.parameter("client_id")))
        let people = PeopleAdministration(try request.store { try $0.access(of: user, to: client)?.tag })
        try await people.withdrawAccess(to: client, of: try await people.user(user), at: request.now)
        return .none
    }
}

extension SessionRecord {
    /// The version of the session, which its use does not change.
    fileprivate var tag: EntityTag {
        var object = json
        object.remove("last_used_at")
        return EntityTag(of: object)
    }
}

extension ClientAccess {
    /// The version of what is allowed, which its use does not change.
    fileprivate var tag: EntityTag {
        var object = json
        object.remove("last_used_at")
        return EntityTag(of: object)
    }
}
