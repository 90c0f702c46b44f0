import Administration
import Foundation

/// `/users`: the people who can sign in. Their sessions and the clients with access are things of their own below them.
struct UserEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/users", list),
            .post("/users", add),
            .get("/users/{sub}", user),
            .put("/users/{sub}", edit),
            .patch("/users/{sub}", edit),
            .delete("/users/{sub}", remove),
            .put("/users/{sub}/password", setPassword),
            .delete("/users/{sub}/password", removePassword),
        ]
    }

    /// - Note: With `login`, the list has the person who signs in with that name or address, or has it as the identifier.
    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: ["login"] + UserFilter.Parameter.allCases.map(\.rawValue))
        let filter = try Self.filter(page)
        guard let login = page.filters["login"] else {
            guard filter != UserFilter() else {
                let users = try await request.store.users.page(after: page.after, limit: page.limit + 1)
                return page.response(users, position: \.name, json: \.json)
            }
            let found = try await request.store.users.search(filter, at: page.position, limit: page.limit)
            return page.response(found.items, next: found.hasNext ? found.items.last?.name : nil, json: \.json)
        }
        guard filter == UserFilter() else {
            throw Problem(.invalidRequest, "login: it finds one person, so it takes no other filter.")
        }
        var found: [UserRecord] = []
        do {
            found = [try await PeopleAdministration(request.store).user(login)]
        } catch PeopleFailure.noUser {}
        return page.response(ofAll: found, position: \.name, json: \.json)
    }

    private static func filter(_ page: PageRequest) throws(Problem) -> UserFilter {
        var filter = UserFilter()
        filter.text = page.filters[UserFilter.Parameter.search.rawValue] ?? ""
        filter.group = page.filters[UserFilter.Parameter.group.rawValue]
        filter.isEnabled = try page.flag(UserFilter.Parameter.enabled.rawValue)
        return filter
    }

    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let document = try NewUserDocument(try request.object(), at: request.now)
        let password = document.password?.text(services.settings.signIn.passwordRules)
        let added = try await PeopleAdministration(request.store).add(document.user, password: newPassword(password))
        return .created(
            Self.json(added, showing: document.password, password), at: request.url("users", added.user.id.text),
            tag: added.user.tag)
    }

    private func user(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(request.store)
        let details = try await people.details(of: try await people.user(request.userID))
        return .thing(details.json, tag: details.user.tag)
    }

    private func edit(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(try request.storeChangingUser())
        let details = try await people.edit(request.userID, by: try request.change(), at: request.now)
        return .thing(details.json, tag: details.user.tag)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(try request.storeChangingUser())
        try await people.remove(try await people.user(request.userID), at: request.now)
        return .none
    }

    private func setPassword(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(try request.storeChangingUser())
        let document = try NewPasswordDocument(try request.object())
        let user = try await people.user(request.userID)
        let password = document.text(services.settings.signIn.passwordRules)
        try await people.setPassword(newPassword(password), of: user, at: request.now)
        let details = try await people.details(of: try await people.user(user.id))
        return .thing(Self.json(details, showing: document, password), tag: details.user.tag)
    }

    private func removePassword(_ request: AdminRequest) async throws -> AdminResponse {
        let people = PeopleAdministration(try request.storeChangingUser())
        try await people.setPassword(nil, of: try await people.user(request.userID), at: request.now)
        return .none
    }

    private func newPassword(_ text: String?) -> NewPassword? {
        text.map {
            NewPassword(
                $0, settings: services.settings.signIn, host: URLComponents(string: services.urls.issuer)?.host,
                hasher: services.process.passwordHasher)
        }
    }

    /// The person, with a password that the server chose: it is shown this once.
    private static func json(
        _ details: UserDetails, showing document: NewPasswordDocument?, _ password: String?
    ) -> JSONObject {
        var object = details.json
        if case .generated = document { object.set("password", .string(password) ?? .null) }
        return object
    }
}

extension AdminRequest {
    /// The parameter `sub` of the path.
    var userID: UserID { UserID(parameter("sub")) }

    /// The store for a change of that person.
    func storeChangingUser() throws(Problem) -> any Store {
        let id = userID
        return try store { try $0.user(id)?.tag }
    }
}

extension UserRecord {
    /// The version of the person, without their sessions and accesses. It changes with the password.
    var tag: EntityTag { EntityTag(of: json) }
}
