@testable import Administration
import SQLite
import Store
import TestSupport
import Testing

@Suite("Undoing a change")
struct ChangeUndoTests {
    private static let now = Samples.now
    private static let later = now + .seconds(60)

    private func withStore(_ body: (any Store, ChangeAdministration) async throws -> Void) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Self.now })
        try await store.clients.add(Samples.client(), keys: [try key("a"), try key("b")])
        try await body(store, ChangeAdministration(store))
        await store.close()
    }

    private func key(_ name: String) throws -> KeyRecord {
        let key = try SigningKey.generate(.es256).verificationKey
        return KeyRecord(jwk: JWK(key: key, keyID: ExactString(name), algorithm: .es256, use: "sig"), addedAt: Self.now)
    }

    private func edit(_ store: any Store, _ body: @escaping @Sendable (inout ClientRecord) -> Void) async throws {
        _ = try await store.clients.change(ClientID("billing")) { before throws(Never) in
            var client = before.client
            body(&client)
            return (client, before.keys)
        }
    }

    private func client(_ store: any Store) async throws -> ClientRegistration {
        try #require(try await store.clients.registration(of: ClientID("billing")))
    }

    @Test("A client's members get their values back, and what else was changed since stays")
    func client() async throws {
        try await withStore { store, changes in
            let before = try await client(store).client
            try await edit(store) {
                $0.name = "Other"
                $0.scopes = ["x"]
            }
            try await edit(store) { $0.description = "new" }
            let undo = try await changes.undo(2, at: Self.later)
            #expect(undo.undoes == 2)
            #expect(undo.number == 4)
            let after = try await client(store).client
            #expect(after.name == before.name && after.scopes == before.scopes && after.description == "new")
            // The undoing is a change, and can be undone.
            _ = try await changes.undo(4, at: Self.later)
            #expect(try await client(store).client.name == "Other")
        }
    }

    @Test("A change is not undone if the same was changed since, or its client is gone")
    func conflict() async throws {
        try await withStore { store, changes in
            try await edit(store) {
                $0.name = "Other"
                $0.scopes = ["x"]
            }
            try await edit(store) { $0.name = "Third" }
            await #expect(throws: ChangeFailure.changedSince(2, members: ["client_name"])) {
                try await changes.undo(2, at: Self.later)
            }
            #expect(try await client(store).client.scopes == ["x"])
            try await store.clients.remove(ClientID("billing"))
            await #expect(throws: ChangeFailure.removedSince(2, .client(ClientID("billing")))) {
                try await changes.undo(2, at: Self.later)
            }
            #expect(try await store.changes.bounds().head.number == 4)
            await #expect(throws: ChangeFailure.noChange(9)) { try await changes.undo(9, at: Self.later) }
        }
    }

    @Test("A disabled client is enabled again, and a removed one is registered again with its keys")
    func enabledAndRemoved() async throws {
        try await withStore { store, changes in
            try await store.clients.setEnabled(false, ClientID("billing"), at: Self.now)
            _ = try await changes.undo(2, at: Self.later)
            let before = try await client(store)
            #expect(before.client.isEnabled)
            try await store.clients.remove(ClientID("billing"))
            _ = try await changes.undo(4, at: Self.later)
            let after = try await client(store)
            #expect(after.keys.map(\.jwk.object) == before.keys.map(\.jwk.object))
            #expect(after.client.name == before.client.name)
            #expect(after.client.createdAt == before.client.createdAt)
            await #expect(throws: ChangeFailure.changedSince(4, members: ["client_id"])) {
                try await changes.undo(4, at: Self.later)
            }
        }
    }

    @Test("Keys that were added, removed or retired are as before; a revoked one stays revoked")
    func keys() async throws {
        try await withStore { store, changes in
            let before = try await client(store).keys
            let first = try #require(before[0].number)
            try await store.clientKeys.setStatus(.retiring(until: Self.later), number: first, of: ClientID("billing"))
            _ = try await changes.undo(2, at: Self.later)
            #expect(try await client(store).keys.map(\.status) == [.active, .active])
            await #expect(throws: ChangeFailure.changedSince(2, members: ["keys.\(first)"])) {
                try await changes.undo(2, at: Self.later)
            }
            try await store.clientKeys.remove(first, of: ClientID("billing"))
            _ = try await changes.undo(4, at: Self.later)
            #expect(Set(try await client(store).keys.map(\.jwk.thumbprint)) == Set(before.map(\.jwk.thumbprint)))
            try await store.clientKeys.add(try key("c"), to: ClientID("billing"))
            _ = try await changes.undo(6, at: Self.later)
            #expect(try await client(store).keys.count == 2)
            let second = try #require(before[1].number)
            try await store.clientKeys.setStatus(.revoked(since: Self.now), number: second, of: ClientID("billing"))
            await #expect(throws: ChangeFailure.notUndoable(8, .revokedKey)) {
                try await changes.undo(8, at: Self.later)
            }
        }
    }

    @Test("A removed key does not come back beside the same key by another name, which may be revoked")
    func renamedKey() async throws {
        try await withStore { store, changes in
            let old = try #require(try await client(store).keys.first)
            try await store.clientKeys.remove(try #require(old.number), of: ClientID("billing"))
            var object = old.jwk.object
            object.set("kid", "renamed")
            let renamed = KeyRecord(
                jwk: try JWK(object), status: .revoked(since: Self.now), addedAt: Self.now)
            try await store.clientKeys.add(renamed, to: ClientID("billing"))
            await #expect(throws: ChangeFailure.changedSince(2, members: ["keys.\(old.jwk.thumbprint)"])) {
                try await changes.undo(2, at: Self.later)
            }
        }
    }

    @Test("People and resources get their values back")
    func others() async throws {
        try await withStore { store, changes in
            let user = UserRecord(name: "alice", claims: ["nickname": "Al", "zoneinfo": "UTC"], createdAt: Self.now)
            try await store.users.add(user)
            _ = try await store.users.change(user.id) { user throws(Never) in
                var user = user
                user.claims = ["nickname": "Ally"]
                user.groups = ["admin"]
                return user
            }
            _ = try await changes.undo(3, at: Self.later)
            let after = try #require(try await store.users.user(user.id))
            #expect(Set(after.claims.members.map(\.name)) == ["nickname", "zoneinfo"])
            #expect(after.claims["nickname"] == "Al" && after.groups == [])

            let api = ResourceRecord(uri: "https://api.example", name: "API", scopes: ["a"], createdAt: Self.now)
            try await store.resources.add(api)
            _ = try await store.resources.change(api.uri) { $0.scopes = ["b"] }
            _ = try await changes.undo(6, at: Self.later)
            #expect(try await store.resources.all() == [api])
            try await store.resources.remove(api.uri)
            _ = try await changes.undo(8, at: Self.later)
            #expect(try await store.resources.all() == [api])
            await #expect(throws: ChangeFailure.changedSince(6, members: ["scopes"])) {
                try await changes.undo(6, at: Self.later)
            }
        }
    }

    @Test("Additions, secrets, passwords and removed people cannot be undone")
    func refused() async throws {
        try await withStore { store, changes in
            let user = UserRecord(name: "alice", createdAt: Self.now)
            try await store.users.add(user)
            try await store.users.setPassword(hash: "hash", of: user.id, at: Self.later)
            try await store.users.remove(user.id, at: Self.later)
            try await edit(store) { client in
                client.authenticationMethod = .clientSecretBasic
                client.secrets = [ClientSecretRecord(digest: Array(repeating: 1, count: 32), createdAt: Self.now)]
            }
            try await store.clients.remove(ClientID("billing"))
            let expected: [(Int64, NotUndoable)] = [
                (1, .addition), (2, .addition), (3, .secret), (4, .removal), (5, .secret), (6, .removal),
            ]
            for (number, reason) in expected {
                await #expect(throws: ChangeFailure.notUndoable(number, reason)) {
                    try await changes.undo(number, at: Self.later)
                }
            }
            #expect(try await store.changes.bounds().head.number == 6)
        }
    }

    @Test("A difference is one value a line")
    func lines() async throws {
        try await withStore { store, changes in
            try await edit(store) {
                $0.name = "a\" + \n"
                $0.signIn.logo = "https://a.example/"
            }
            #expect(
                try await changes.change(2).lines == [
                    DifferenceLine(path: "client_name", before: "\"Billing\"", after: #""a\" + \n""#),
                    DifferenceLine(path: "logo_uri", before: nil, after: #""https://a.example/""#),
                ])
        }
    }

    @Test(
        "Each failure is made again from its code and facts",
        arguments: [
            ChangeFailure.noChange(1), .otherDigest(2), .notUndoable(3, .secret), .notUndoable(4, .refused("no.")),
            .changedSince(5, members: ["a", "keys.1"]), .removedSince(6, .client(ClientID("billing"))),
        ])
    func failure(_ failure: ChangeFailure) {
        #expect(ChangeFailure(code: failure.kind.code, facts: failure.facts) == failure)
    }
}
