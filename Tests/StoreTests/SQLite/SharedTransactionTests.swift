import Countersign
import Dispatch
import Store
import TestSupport
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: code exchanges share transactions")
struct SharedTransactionTests {
    private static func grants(_ bench: SQLiteBench, _ count: Int) async throws {
        let user = Samples.user()
        try await bench.store.users.add(user)
        try await bench.store.sessions.add(Samples.session(of: user.id), replacing: nil, passwordChangedAt: nil)
        for number in 0..<count {
            try await bench.store.grants.add(Samples.grant(number, of: user.id), code: Samples.code(number))
        }
    }

    /// Redeems codes while the writer is busy, so that they form one batch.
    private static func redeem(
        _ bench: SQLiteBench, _ codes: Range<Int>
    ) async throws -> (results: [Int: Result<CodeRedemption, StoreError>], transactions: Int) {
        let shared = try #require(bench.store.database as? SQLiteDatabase).shared
        let before = shared.itemsPerCommit.count
        let gate = DispatchSemaphore(value: 0)
        bench.store.pool.asyncWriteWithoutTransaction { _ in gate.wait() }
        let grants = bench.store.grants
        let results = await withTaskGroup(of: (Int, Result<CodeRedemption, StoreError>).self) { group in
            for number in codes {
                group.addTask {
                    do throws(StoreError) {
                        let result = try await grants.redeem(
                            Samples.secret(number), keyThumbprint: nil, accessExpiry: nil,
                            refreshToken: Samples.refreshToken(number),
                            at: TestClock.start)
                        return (number, .success(result))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            while shared.waitingCount < codes.count { await Task.yield() }
            gate.signal()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return (results, Int(shared.itemsPerCommit.count - before))
    }

    @Test("Exchanges that wait for a busy writer share one", .timeLimit(.minutes(5)))
    func shared() async throws {
        let bench = try SQLiteBench()
        try await Self.grants(bench, 40)
        let (results, transactions) = try await Self.redeem(bench, 0..<41)
        #expect(transactions == 1)
        for number in 0..<41 { #expect(results[number] == .success(number < 40 ? .redeemed : .ended)) }
        #expect(try bench.count("refresh_token") == 40)
    }

    @Test("One that fails is undone alone; the others of its batch succeed", .timeLimit(.minutes(5)))
    func isolated() async throws {
        let bench = try SQLiteBench()
        try await Self.grants(bench, 10)
        // Fails after the code was marked as used.
        try bench.onWriter(
            """
            CREATE TRIGGER unlucky BEFORE INSERT ON refresh_token
            WHEN new.digest = (SELECT code_digest FROM authorization_grant ORDER BY rowid LIMIT 1 OFFSET 3)
            BEGIN SELECT RAISE(ABORT, 'unlucky'); END
            """)
        let (results, transactions) = try await Self.redeem(bench, 0..<10)
        #expect(transactions == 1)
        for number in 0..<10 {
            #expect(results[number] == (number == 3 ? .failure(.unavailable("unlucky")) : .success(.redeemed)))
        }
        #expect(try bench.number("SELECT count(*) FROM authorization_grant WHERE code_used_at IS NOT NULL") == 9)
        #expect(try bench.count("refresh_token") == 9)
        try bench.onWriter("DROP TRIGGER unlucky")
        let again = try await Self.redeem(bench, 3..<4)
        #expect(again.results == [3: .success(.redeemed)])
    }

    @Test("A failure that ends the transaction fails all of its batch, and nothing is written", .timeLimit(.minutes(5)))
    func ended() async throws {
        let bench = try SQLiteBench()
        try await Self.grants(bench, 5)
        try bench.onWriter(
            """
            CREATE TRIGGER unlucky BEFORE INSERT ON refresh_token
            WHEN (SELECT count(*) FROM refresh_token) = 2 BEGIN SELECT RAISE(ROLLBACK, 'unlucky'); END
            """)
        let (results, _) = try await Self.redeem(bench, 0..<5)
        #expect(results.values.allSatisfy { $0 == .failure(.unavailable("unlucky")) })
        #expect(try bench.count("refresh_token") == 0)
        #expect(try bench.number("SELECT count(*) FROM authorization_grant WHERE code_used_at IS NOT NULL") == 0)
    }
}
