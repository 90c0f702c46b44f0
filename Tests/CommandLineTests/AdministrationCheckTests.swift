import SQLite
import Server
import TestSupport
import Testing

@testable import Administration

@Suite("doctor: who may administer the server")
struct AdministrationCheckTests {
    private func texts(_ store: any Store) async throws -> [String] {
        var diagnosis = Diagnosis()
        try await diagnosis.run(ClientChecks(serverValidity: .enforce, grace: .zero, now: Samples.now), on: store)
        #expect(diagnosis.all.filter { $0.check == .administration }.allSatisfy { $0.grade == .ok })
        return diagnosis.all.filter { $0.check == .administration }.map(\.text)
    }

    @Test("Clients and people are named, and those without effect are not")
    func names() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Samples.now })
        #expect(try await texts(store) == [Finding.Check.administration.okText])
        for (id, scopes, method) in [
            ("ops", ["reports", "admin.write"], AuthenticationMethod.privateKeyJWT),
            ("plain", ["reports", "administrators"], .privateKeyJWT), ("weak", ["admin.write"], .clientSecretBasic),
        ] {
            var client = ClientRecord(id: ClientID(id), name: id, scopes: scopes, createdAt: Samples.now)
            client.authenticationMethod = method
            try await store.clients.add(client, keys: [Samples.ownKey()])
        }
        for (name, groups, isEnabled) in [
            ("ada", ["admin"], true), ("bob", ["viewer", "x"], false),
            ("eve", ["Admin", "admins", "x\"admin\"x"], true),
        ] {
            try await store.users.add(
                UserRecord(name: name, groups: groups, isEnabled: isEnabled, createdAt: Samples.now))
        }
        #expect(
            try await texts(store) == [
                "These clients may use the admin API: ops (admin.write).", "In the group admin: ada.",
                "In the group viewer: bob (disabled).",
            ])
        await store.close()
    }

    @Test("The lists are bounded")
    func bounds() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Samples.now })
        for number in 10..<35 {
            try await store.clients.add(
                ClientRecord(
                    id: ClientID("c\(number)"), name: "", scopes: ["admin.read"], createdAt: Samples.now), keys: [])
            try await store.users.add(UserRecord(name: "u\(number)", groups: ["admin"], createdAt: Samples.now))
        }
        let texts = try await texts(store)
        #expect(texts.count == 2)
        #expect(texts[0].contains("c29 (admin.read) and 5 more.") && !texts[0].contains("c30"))
        #expect(texts[1].hasSuffix("u29 and more.") && !texts[1].contains("u30"))
        await store.close()
    }
}
