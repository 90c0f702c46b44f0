import Administration

/// `/users/{sub}/calendar-address`: the secret address at which the person's calendar program reads what ends.
///
/// It is there for each person, with or without an address in force, so that `If-Match` also says that none was made meanwhile: a request
/// that is sent again after a lost answer ends no address that the person has copied already.
struct CalendarAddressEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] {
        [
            .get("/users/{sub}/calendar-address", address),
            .put("/users/{sub}/calendar-address", make),
            .delete("/users/{sub}/calendar-address", remove),
        ]
    }

    private func address(_ request: AdminRequest) async throws -> AdminResponse {
        let user = try await PeopleAdministration(request.store).user(request.userID)
        let address = try await addresses(request.store).address(of: user.id.text)
        return .thing(address.json, tag: user.calendarTag)
    }

    /// The address is shown this once: only its digest is stored.
    private func make(_ request: AdminRequest) async throws -> AdminResponse {
        let id = try await PeopleAdministration(request.store).user(request.userID).id
        let made = try await addresses(try storeChanging(request)).make(for: id.text, at: request.now)
        return .thing(made.json, tag: try await PeopleAdministration(request.store).user(id).calendarTag)
    }

    private func remove(_ request: AdminRequest) async throws -> AdminResponse {
        let id = try await PeopleAdministration(request.store).user(request.userID).id
        _ = try await addresses(try storeChanging(request)).remove(of: id.text)
        return .none
    }

    private func addresses(_ store: any Store) -> CalendarAddresses {
        CalendarAddresses(store, url: services.calendarURL)
    }

    private func storeChanging(_ request: AdminRequest) throws(Problem) -> any Store {
        let id = request.userID
        return try request.store { try $0.user(id)?.calendarTag }
    }
}

extension UserRecord {
    /// The version of the address, of which the digest says nothing.
    fileprivate var calendarTag: EntityTag {
        EntityTag(of: ["feed": .string(calendarFeed.map { Base64URL.encode($0.digest) }) ?? .null])
    }
}
