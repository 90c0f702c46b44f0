import Administration

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

    func includingLastAdministrator() -> (any PeopleOperations)? { nil }
}
