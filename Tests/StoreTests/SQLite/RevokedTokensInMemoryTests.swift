import SQL
import Store
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
