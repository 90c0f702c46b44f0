import Administration

/// The calendar addresses of a running server.
struct RemoteCalendarAddresses: CalendarAddressOperations {
    let server: RemoteServer

    func address(of name: String) async throws -> CalendarAddress {
        try decoded(try await server.get(try await path(name)).object)
    }

    /// On the basis of the address that was there, so that one that somebody else has just made does not end.
    func make(for name: String, at now: UnixTime) async throws -> CalendarAddress {
        let path = try await path(name)
        let before = try await server.get(path)
        return try decoded(try await server.write("PUT", path, ifMatch: before.tag).object)
    }

    func remove(of name: String) async throws -> CalendarAddress {
        let path = try await path(name)
        try await server.delete(path)
        return try decoded(try await server.get(path).object)
    }

    private func path(_ name: String) async throws -> [String] {
        ["users", try await RemotePeople(server: server).user(name).id.text, "calendar-address"]
    }

    private func decoded(_ object: JSONObject) throws -> CalendarAddress {
        try server.decoded(object) { try CalendarAddress(answer: $0) }
    }
}

/// The people of a running server.
struct RemotePeople: PeopleOperations {
    let server: RemoteServer

    func add(_ user: UserRecord, password: NewPassword?) async throws -> UserDetails {
        let made = try await server.post(
            ["users"],
            [
                "user_name": .string(user.name), "enabled": .boolean(user.isEnabled), "claims": .object(user.claims),
                "groups": .array(user.groups), "password": .string(password?.text),
            ]
        ).object
        return UserDetails(
            user: try server.decoded(made) { try UserRecord(answer: $0) }, sessions: [], accesses: [])
    }

    func list(_ filter: UserFilter) async throws -> [UserRecord] {
        try await server.list(["users"], query: filter.parameters).map { item in
            try server.decoded(item) { try UserRecord(answer: $0) }
        }
    }

    func user(_ name: String) async throws -> UserRecord {
        let found = try await server.list(["users"], query: [("login", name)])
        guard let first = found.first else { throw PeopleFailure.noUser(name) }
        return try server.decoded(first) { try UserRecord(answer: $0) }
    }

    func details(of name: String) async throws -> UserDetails { try await details(try await user(name).id) }

    private func details(_ id: UserID) async throws -> UserDetails {
        try server.decoded(try await server.get(["users", id.text]).object) { try UserDetails(answer: $0) }
    }

    func edit(_ name: String, _ changes: UserChanges, at now: UnixTime) async throws -> UserDetails {
        let id = try await user(name).id
        let patch = try changes.mergePatch()
        let after = try await server.write("PATCH", ["users", id.text], patch).object
        return try server.decoded(after) { try UserDetails(answer: $0) }
    }

    func setEnabled(_ isEnabled: Bool, _ name: String, at now: UnixTime) async throws -> String {
        let user = try await user(name)
        _ = try await server.write("PATCH", ["users", user.id.text], ["enabled": .boolean(isEnabled)])
        return user.name
    }

    func setPassword(_ password: NewPassword?, of name: String, at now: UnixTime) async throws -> String {
        let user = try await user(name)
        let path = ["users", user.id.text, "password"]
        if let password {
            _ = try await server.write("PUT", path, ["password": .string(password.text)])
        } else {
            try await server.delete(path)
        }
        return user.name
    }

    func remove(_ user: UserRecord, at now: UnixTime) async throws { try await server.delete(["users", user.id.text]) }

    func endSession(_ id: String, of user: UserRecord, at now: UnixTime) async throws {
        try await server.delete(["users", user.id.text, "sessions", id])
    }

    func endSessions(of user: UserRecord, at now: UnixTime) async throws {
        try await server.delete(["users", user.id.text, "sessions"])
    }

    func withdrawAccess(to client: ClientID, of user: UserRecord, at now: UnixTime) async throws {
        try await server.delete(["users", user.id.text, "access", client.text])
    }

    func withdrawAccess(of user: UserRecord, at now: UnixTime) async throws -> (count: Int, hasMore: Bool) {
        let done = try await server.write("DELETE", ["users", user.id.text, "access"]).object
        return try server.decoded(done) { object in
            var reader = DocumentReader(object)
            let (count, hasMore) = (reader.requiredCount("withdrawn"), reader.requiredBoolean("more"))
            try reader.finishIgnoringOthers()
            return (count, hasMore)
        }
    }

    func includingLastAdministrator() -> (any PeopleOperations)? { nil }
}
