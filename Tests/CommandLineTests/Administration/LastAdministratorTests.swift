import Administration
import SQLite
import Store
import TestSupport
import Testing

@Suite("The last administrator who can sign in stays")
struct LastAdministratorTests {
    private static let now = TestClock.start

    private func withStore(
        _ admins: [String], _ body: (SQLiteStore, PeopleAdministration) async throws -> Void
    ) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Self.now })
        for name in admins {
            try await store.users.add(
                UserRecord(name: name, groups: ["admin"], passwordHash: "h", createdAt: Self.now))
        }
        try await body(store, PeopleAdministration(store))
        await store.close()
    }

    /// Every way to take an administrator away.
    private static let ways: [(name: String, take: @Sendable (any PeopleOperations, UserRecord) async throws -> Void)] =
        [
            ("disable", { _ = try await $0.setEnabled(false, $1.name, at: LastAdministratorTests.now) }),
            ("remove", { try await $0.remove($1, at: LastAdministratorTests.now) }),
            ("remove the password", { _ = try await $0.setPassword(nil, of: $1.name, at: LastAdministratorTests.now) }),
            (
                "leave the group",
                { people, user in
                    var changes = UserChanges()
                    changes.groups = ["staff"]
                    _ = try await people.edit(user.name, changes, at: LastAdministratorTests.now)
                }
            ),
        ]

    @Test("whatever is tried, and a second one may go", arguments: 0..<4)
    func ways(_ index: Int) async throws {
        try await withStore(["ada", "bo"]) { store, people in
            // Bo cannot sign in, so does not count.
            _ = try await people.setPassword(nil, of: "bo", at: Self.now)
            let ada = try await people.user("ada")
            #expect(try await people.isLastAdministrator(ada))
            await #expect(throws: PeopleFailure.lastAdministrator("ada"), "\(Self.ways[index].name)") {
                try await Self.ways[index].take(people, ada)
            }
            #expect(try await people.user("ada") == ada)
            #expect(try await store.changes.bounds().head.number == 3)
            try await store.users.setPassword(hash: "h", of: try await people.user("bo").id, at: Self.now)
            #expect(try await !people.isLastAdministrator(ada))
            try await Self.ways[index].take(people, ada)
            #expect(try await store.changes.bounds().head.number == 5)
        }
    }

    @Test("A document of the admin API does not take the last one away")
    func document() async throws {
        try await withStore(["ada"]) { _, people in
            let ada = try await people.user("ada")
            for patch: JSONObject in [["enabled": .boolean(false)], ["groups": .array(["staff"] as [String])]] {
                await #expect(throws: PeopleFailure.lastAdministrator("ada")) {
                    try await people.edit(ada.id, by: .patch(patch), at: Self.now)
                }
            }
            _ = try await people.edit(
                ada.id, by: .patch(["groups": .array(["staff", "admin"] as [String])]), at: Self.now)
        }
    }

    @Test("Of two who take each other away at once, one succeeds")
    func concurrent() async throws {
        for _ in 0..<20 {
            try await withStore(["ada", "bo"]) { store, people in
                @Sendable func demote(_ name: String) async -> Bool {
                    do {
                        var changes = UserChanges()
                        changes.groups = []
                        _ = try await people.edit(name, changes, at: Self.now)
                        return true
                    } catch {
                        #expect(error as? PeopleFailure == .lastAdministrator(name))
                        return false
                    }
                }
                async let first = demote("ada")
                async let second = demote("bo")
                let done = await [first, second]
                #expect(done.count { $0 } == 1)
                let hasAdministrator = try await store.users.hasMember(of: "admin")
                #expect(hasAdministrator)
            }
        }
    }

    @Test("An undo does not take the last one away, and on the machine it can be asked for all the same")
    func undo() async throws {
        try await withStore(["bo"]) { store, people in
            let eve = try await people.add(
                UserRecord(name: "eve", passwordHash: "h", createdAt: Self.now), password: nil)
            var changes = UserChanges()
            changes.groups = ["admin"]
            _ = try await people.edit("eve", changes, at: Self.now)
            _ = try await people.setEnabled(false, "bo", at: Self.now)
            await #expect(throws: PeopleFailure.lastAdministrator("eve")) {
                try await ChangeAdministration(store).undo(3, at: Self.now)
            }
            let free = try #require(people.includingLastAdministrator())
            try await free.remove(eve.user, at: Self.now)
            await #expect(throws: PeopleFailure.noUser("eve")) { try await people.user("eve") }
        }
    }
}
