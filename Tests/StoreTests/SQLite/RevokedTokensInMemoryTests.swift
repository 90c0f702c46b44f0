import SQL
import Store
import Synchronization
import TestSupport
import Testing

@testable import SQLite

@Suite("Revoked tokens that a server keeps in memory")
struct RevokedTokensInMemoryTests {
    private let directory = TemporaryDirectory()
    private static let now = UnixTime(seconds: 1_800_000_000)
    private static let expiry = now + .seconds(3600)

    private static func id(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 16) }

    private func tokens(_ store: SQLiteStore) throws -> SQLiteRevokedTokens {
        try #require(store.revokedTokens as? SQLiteRevokedTokens)
    }

    @Test("They survive a restart, and a revocation before the first question counts")
    func restart() async throws {
        let first = try SQLiteStore(directory: directory.path)
        try await first.revokedTokens.revoke(Self.id(1), until: Self.expiry)
        #expect(try await first.revokedTokens.isRevoked(Self.id(1)))
        #expect(try await !first.revokedTokens.isRevoked(Self.id(2)))
        try await first.revokedTokens.revoke(Self.id(2), until: Self.expiry)
        #expect(try await first.revokedTokens.isRevoked(Self.id(2)))
        await first.close()
        let second = try SQLiteStore(directory: directory.path)
        for number in 1...2 { #expect(try await second.revokedTokens.isRevoked(Self.id(number))) }
        #expect(try await !second.revokedTokens.isRevoked(Self.id(3)))
    }

    @Test("Two stores of one issuer share them; another issuer has its own")
    func issuers() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let (one, same, other) = (
            store.issuer(IssuerNumber(rawValue: 2)), store.issuer(IssuerNumber(rawValue: 2)), store
        )
        #expect(try await !same.revokedTokens.isRevoked(Self.id(1)))
        try await one.revokedTokens.revoke(Self.id(1), until: Self.expiry)
        #expect(try await same.revokedTokens.isRevoked(Self.id(1)))
        #expect(try await !other.revokedTokens.isRevoked(Self.id(1)))
    }

    @Test("With more than fit the database is asked, until a sweep has removed some")
    func full() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let stored = SQLRevokedTokens(database: store.database)
        let tokens = SQLiteRevokedTokens(stored, capacity: 2)
        for number in 1...3 {
            try await tokens.revoke(Self.id(number), until: number == 3 ? Self.expiry + .seconds(10) : Self.expiry)
            #expect(try await tokens.isRevoked(Self.id(number)))
        }
        for number in 1...3 { #expect(try await tokens.isRevoked(Self.id(number))) }
        #expect(try await !tokens.isRevoked(Self.id(4)))
        // A store that was full before this server began.
        let later = SQLiteRevokedTokens(stored, capacity: 2)
        for number in 1...3 { #expect(try await later.isRevoked(Self.id(number))) }
        while try await later.sweepStep(at: Self.expiry) {}
        #expect(try await later.isRevoked(Self.id(3)))
        #expect(try await later.isRevoked(Self.id(3)))
        #expect(try await !later.isRevoked(Self.id(1)))
    }

    @Test("However many ask at once, one reads all; the others ask for their own token and do not wait")
    func herd() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let database = CountedReads(store.database)
        let tokens = SQLiteRevokedTokens(SQLRevokedTokens(database: database))
        try await store.revokedTokens.revoke(Self.id(1), until: Self.expiry)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...100 {
                group.addTask {
                    let isRevoked = try await tokens.isRevoked(Self.id(number))
                    #expect(isRevoked == (number == 1))
                }
            }
            while database.reads + database.lookUps < 100 { await Task.yield() }
            #expect((database.reads, database.lookUps) == (1, 99))
            database.release()
            try await group.waitForAll()
        }
        #expect(try await tokens.isRevoked(Self.id(1)))
        #expect((database.reads, database.lookUps) == (1, 100))
    }

    @Test("Another process, such as a command, asks the database")
    func otherProcess() async throws {
        let server = try SQLiteStore(directory: directory.path)
        let command = try SQLiteStore(directory: directory.path, role: .administration)
        #expect(try await !command.revokedTokens.isRevoked(Self.id(1)))
        try await server.revokedTokens.revoke(Self.id(1), until: Self.expiry)
        #expect(try await command.revokedTokens.isRevoked(Self.id(1)))
    }

    @Test("Questions beside revocations never miss one that was answered")
    func race() async throws {
        let store = try SQLiteStore(directory: directory.path)
        let tokens = try tokens(store)
        try await withThrowingTaskGroup { group in
            for number in 1...40 {
                group.addTask {
                    try await tokens.revoke(Self.id(number), until: Self.expiry)
                    #expect(try await tokens.isRevoked(Self.id(number)))
                }
                group.addTask { _ = try await tokens.isRevoked(Self.id(number + 100)) }
            }
            try await group.waitForAll()
        }
    }
}

/// A database that counts reads, and holds those of many rows until it is told to release them.
private final class CountedReads: SQLDatabase {
    private let database: any SQLDatabase
    private let state = Mutex((reads: 0, lookUps: 0, isReleased: false, held: [CheckedContinuation<Void, Never>]()))

    init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// The number of reads of many rows.
    var reads: Int { state.withLock(\.reads) }
    var lookUps: Int { state.withLock(\.lookUps) }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isReleased = true
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func read<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                state.reads += 1
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
        return try await database.read(body)
    }

    func lookUp<Value>(_ body: (any SQLConnection) throws -> Value) throws(StoreError) -> Value {
        state.withLock { $0.lookUps += 1 }
        return try database.lookUp(body)
    }

    func write<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await database.write(body)
    }

    func writeBatched<Value: Sendable>(_ body: @escaping SQLTransaction<Value>) async throws(StoreError) -> Value {
        try await database.writeBatched(body)
    }

    func notifyClientWatchers() { database.notifyClientWatchers() }

    func watchClients(
        revision: @Sendable () async throws(StoreError) -> Int64, _ changed: @escaping @Sendable () -> Void
    ) async {
        await database.watchClients(revision: revision, changed)
    }
}
