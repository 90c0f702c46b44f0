import Administration

/// `/registration-tokens`: the initial access tokens with which clients register themselves (RFC 7591 §3).
struct RegistrationTokenEndpoints: AdminNoun {
    var operations: [AdminOperation] {
        [
            .get("/registration-tokens", list),
            .post("/registration-tokens", add),
            .get("/registration-tokens/{id}", token),
            .delete("/registration-tokens/{id}", revoke),
        ]
    }

    private func list(_ request: AdminRequest) async throws -> AdminResponse {
        let page = try PageRequest(request, filters: "state")
        let tokens = try await RegistrationTokenAdministration(request.store).page(
            in: try page.choice("state"), after: page.after.flatMap(Position.token), newestFirst: false,
            limit: page.limit, at: request.now)
        return page.response(
            tokens, position: { Position.ascending($0.createdAt, $0.id) }, json: { $0.json(at: request.now) })
    }

    /// The token is shown this once: only its digest is stored.
    private func add(_ request: AdminRequest) async throws -> AdminResponse {
        let terms = try RegistrationTokenAdministration.Terms(try request.object())
        let made = try await RegistrationTokenAdministration(request.store).add(terms, at: request.now)
        return .created(
            made.record.json(at: request.now, token: made.token),
            at: request.url("registration-tokens", made.record.id), tag: made.record.tag)
    }

    private func token(_ request: AdminRequest) async throws -> AdminResponse {
        let token = try await RegistrationTokenAdministration(request.store).token(request.parameter("id"))
        return .thing(token.json(at: request.now), tag: token.tag)
    }

    private func revoke(_ request: AdminRequest) async throws -> AdminResponse {
        let id = request.parameter("id")
        let store = try request.store { try $0.initialAccessToken(id)?.tag }
        try await RegistrationTokenAdministration(store).revoke(id)
        return .none
    }
}

extension InitialAccessToken {
    /// The version of the record, which time alone does not change.
    fileprivate var tag: EntityTag {
        var object = json(at: createdAt)
        object.remove("usable")
        return EntityTag(of: object)
    }
}

/// Positions in lists that are in the order of time.
enum Position {
    /// Oldest first.
    static func ascending(_ time: UnixTime, _ name: String) -> String { padded(time.milliseconds) + name }

    /// Reads what `ascending` has written.
    static func token(_ text: String) -> InitialAccessTokenPosition? {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = UInt64(parts[0], radix: 16) else { return nil }
        let milliseconds = Int64(bitPattern: bits) &+ .min
        return InitialAccessTokenPosition(
            createdAt: UnixTime(milliseconds: milliseconds), id: String(parts[1]))
    }

    /// Newest first.
    static func descending(_ time: UnixTime, _ name: String) -> String { padded(-time.milliseconds) + name }

    private static func padded(_ number: Int64) -> String {
        let digits = String(UInt64(bitPattern: number &- .min), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + " "
    }
}
