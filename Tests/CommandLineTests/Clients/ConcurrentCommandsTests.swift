import SQLite
import Store
import TestSupport
import Testing

@testable import Administration

@Suite("Commands at the same time")
struct ConcurrentCommandsTests {
    private static let rounds = 30
    private static let later = Samples.now + .seconds(60)

    private func withStore(_ body: (any Store) async throws -> Void) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Samples.now })
        try await body(store)
        await store.close()
    }

    @Test("A change of a client does not undo that it is disabled")
    func client() async throws {
        try await withStore { store in
            let clients = ClientAdministration(store)
            try await store.clients.add(Samples.client { $0.authenticationMethod = .clientSecretBasic }, keys: [])
            for round in 0..<Self.rounds {
                try await clients.setEnabled(true, "billing", at: Samples.now)
                async let edited = clients.edit("billing", removing: [], adding: [], at: Self.later) {
                    $0.name = "round \(round)"
                }
                async let secret = clients.addSecret(to: "billing", expiresAt: nil, at: Self.later)
                async let disabled: Void = clients.setEnabled(false, "billing", at: Self.later)
                let (_, added, _) = try await (edited, secret, disabled)
                let client = try await clients.registration(of: "billing").client
                #expect(
                    !client.isEnabled && client.name == "round \(round)"
                        && client.secrets.map { ClientSecretDetails($0) } == [added.details])
                async let renamed = clients.edit("billing", removing: [], adding: [], at: Self.later) { $0.name += "!" }
                async let removed: Void = clients.removeSecret(added.details.name, of: "billing", at: Self.later)
                _ = try await (renamed, removed)
                let after = try await clients.registration(of: "billing").client
                #expect(after.name == "round \(round)!" && after.secrets.isEmpty)
            }
        }
    }

    @Test("A change of a person does not undo that they are disabled")
    func person() async throws {
        try await withStore { store in
            let people = PeopleAdministration(store)
            try await store.users.add(UserRecord(name: "alice", createdAt: Samples.now))
            for round in 0..<Self.rounds {
                _ = try await people.setEnabled(true, "alice", at: Samples.now)
                var changes = UserChanges()
                changes.claims = [("nickname", "round \(round)")]
                async let edited = people.edit("alice", changes, at: Self.later)
                async let disabled = people.setEnabled(false, "alice", at: Self.later)
                _ = try await (edited, disabled)
                let user = try await people.user("alice")
                #expect(!user.isEnabled && user.claims["nickname"] == .string("round \(round)"))
            }
        }
    }

    @Test("Two changes of different settings of a resource are both kept")
    func resource() async throws {
        try await withStore { store in
            let resources = ResourceAdministration(store)
            let uri = "https://api.example.com"
            try await resources.add(ResourceRecord(uri: uri, createdAt: Samples.now))
            for round in 0..<Self.rounds {
                async let renamed = resources.edit(uri) { $0.name = "round \(round)" }
                async let scoped = resources.edit(uri) { $0.scopes = ["scope-\(round)"] }
                async let limited = resources.edit(uri) { $0.accessTokenLifetime = .seconds(60 + round) }
                _ = try await (renamed, scoped, limited)
                let after = try await resources.resource(uri)
                #expect(after.name == "round \(round)" && after.scopes == ["scope-\(round)"])
                #expect(after.accessTokenLifetime == .seconds(60 + round))
            }
        }
    }

    @Test("A refused change, and one of a client that does not exist, say why")
    func refused() async throws {
        try await withStore { store in
            let clients = ClientAdministration(store)
            try await store.clients.add(Samples.client(), keys: [])
            await #expect(throws: ClientFailure.noClient("nobody")) {
                try await clients.edit("nobody", removing: [], adding: [], at: Self.later) { $0.name = "x" }
            }
            await #expect(throws: ClientFailure.noKey("k1", "billing", .own)) {
                try await clients.edit("billing", removing: ["k1"], adding: [], at: Self.later) { $0.name = "x" }
            }
            await #expect(throws: ClientFailure.usesNoSecret("billing", .privateKeyJWT)) {
                try await clients.addSecret(to: "billing", expiresAt: nil, at: Self.later)
            }
            #expect(try await clients.registration(of: "billing").client == Samples.client())
            await #expect(throws: ResourceFailure.noResource("https://api.example")) {
                try await ResourceAdministration(store).edit("https://api.example") { $0.name = "x" }
            }
        }
    }
}
