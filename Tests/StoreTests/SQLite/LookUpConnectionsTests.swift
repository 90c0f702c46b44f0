import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: look-ups on the calling thread")
struct LookUpConnectionsTests {
    private let directory = TemporaryDirectory()

    /// With connections in common, all threads could wait for connections whose tasks need one of these threads.
    @Test("They end beside any number of reads that are awaited", .timeLimit(.minutes(2)))
    func beside() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let user = Samples.user()
        try await store.users.add(user)
        let found = try await withThrowingTaskGroup { group in
            for _ in 0..<300 {
                group.addTask {
                    let named = try await store.users.user(named: user.name)
                    let lookedUp = try await store.users.user(user.id)
                    return named == user && lookedUp == user
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(found == 300)
    }

    @Test("They see what was written before")
    func fresh() async throws {
        let store = try SQLiteStore(directory: directory.path)
        for number in 0..<20 {
            let user = UserRecord(name: "person-\(number)", createdAt: TestClock.start)
            #expect(try await store.users.user(user.id) == nil)
            try await store.users.add(user)
            #expect(try await store.users.user(user.id) == user)
        }
    }
}
