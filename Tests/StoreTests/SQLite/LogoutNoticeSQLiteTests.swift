import Countersign
import Store
import TestSupport
import Testing

@testable import SQL
@testable import SQLite

@Suite("SQLite: notices about ended sessions")
struct LogoutNoticeSQLiteTests {
    private static let now = TestClock.start

    @Test("A crash leaves a session without notices, or notices without the session")
    func crash() async throws {
        let bench = try SQLiteBench()
        let user = try await LogoutNoticeTests.signIn(bench.store)
        let before = try bench.crashed()
        #expect(try await before.sessions.sessions(of: user).count == 1)
        #expect(try await before.logoutNotices.backlogs() == [])
        #expect(try await bench.store.sessions.remove("session-1", of: user, at: Self.now))
        let after = try bench.crashed()
        #expect(try await after.sessions.sessions(of: user) == [])
        #expect(try await after.logoutNotices.backlogs().map(\.client.text) == ["bank", "shop"])
    }

    @Test("A session stays if its notices cannot be written")
    func failed() async throws {
        let bench = try SQLiteBench()
        let user = try await LogoutNoticeTests.signIn(bench.store)
        try bench.onWriter(
            """
            CREATE TRIGGER full BEFORE INSERT ON logout_notice WHEN new.client = 'shop' BEGIN SELECT raise(ABORT, 'full'); END
            """)
        for end in LogoutNoticeTests.End.all {
            await #expect(throws: StoreError.self, "\(end)") { try await end.end(bench.store, user) }
            #expect(try await bench.store.sessions.session(Samples.digest(1))?.user.isEnabled == true, "\(end)")
            #expect(try await bench.store.grants.code(Samples.secret(10))?.grant.revokedAt == nil, "\(end)")
            #expect(try bench.count("logout_notice") == 0)
        }
    }

    @Test(
        "Notices beyond the limits, of a client and of all together, are not kept, and the session ends",
        arguments: [
            ("shop", SQLLogoutNotices.maximumPerClient - 1, ["bank", "shop"]),
            ("shop", SQLLogoutNotices.maximumPerClient, ["bank"]), ("other", SQLLogoutNotices.maximumCount, []),
        ])
    func limits(_ client: String, _ count: Int, _ added: [String]) async throws {
        let bench = try SQLiteBench()
        let user = try await LogoutNoticeTests.signIn(bench.store)
        try bench.onWriter(
            """
            INSERT INTO logout_notice (issuer, client, session, person, created_at, attempts, next_attempt_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            SELECT 1, '\(client)', 'earlier-' || i, 'p', 0, 0, 0 FROM n
            """)
        #expect(try await bench.store.sessions.remove("session-1", of: user, at: Self.now))
        #expect(try await bench.store.sessions.sessions(of: user) == [])
        for client in ["bank", "shop"] {
            let sql = "SELECT count(*) FROM logout_notice WHERE client = '\(client)' AND session = 'session-1'"
            #expect(try bench.number(sql) == (added.contains(client) ? 1 : 0), "\(client)")
        }
    }
}
