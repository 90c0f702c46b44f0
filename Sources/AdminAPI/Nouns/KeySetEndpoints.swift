import Administration

/// `/key-sets`: what is at an address of a key set, read by the server as it reads those of clients.
///
/// A test makes the server send requests, so it needs `admin.write`, as the console's page offers it to administrators only; the limits are
/// those of the page, too.
struct KeySetEndpoints: AdminNoun {
    let services: AdminServices

    var operations: [AdminOperation] { [.post("/key-sets/test", test)] }

    private func test(_ request: AdminRequest) async throws -> AdminResponse {
        var reader = DocumentReader(try request.object())
        let (uri, client) = (reader.text("uri", isNullable: true), reader.text("client_id", isNullable: true))
        reader.check(uri != nil || client != nil, "uri", "Give the address of a key set, or a client_id.")
        try reader.finish()
        let registration = try await registration(of: client, in: request.store)
        guard let url = uri ?? registration?.client.keySetURL else {
            throw Problem.invalidBody("client_id", "The client has no jwks_uri.")
        }
        do throws(KeySetTests.Refusal) {
            let test = try await services.keySetTests.test(
                url, isOfStranger: registration?.isStranger(at: url) ?? false, by: request.caller.asker)
            return .document(test.json)
        } catch {
            throw Self.problem(error, at: request.now)
        }
    }

    private func registration(of client: String?, in store: any Store) async throws -> ClientRegistration? {
        guard let client else { return nil }
        return try await ClientAdministration(store).registration(of: client)
    }

    private static func problem(_ refusal: KeySetTests.Refusal, at now: UnixTime) -> Problem {
        let detail =
            switch refusal {
            case .underWay: "Another test of yours is under way. Wait until it has ended."
            case .busy: "Tests of others are under way. Try again in a moment."
            case .tooMany: "You have made six tests in a minute."
            }
        return Problem(.tooManyTests, detail, headers: ["Retry-After": String(refusal.wait(at: now))])
    }
}
