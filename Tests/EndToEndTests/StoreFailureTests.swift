import Countersign
import GRDB
import TestSupport
import Testing

@testable import SQLite

@Suite("A store that cannot write: nothing is issued, and it recovers without a restart", .ownThreads)
struct StoreFailureTests {
    @Test("A locked database")
    func locked() async throws {
        var settings = SQLiteSettings()
        settings.busyTimeout = .milliseconds(100)
        let clock = TestClock()
        let server = try await TestServer(
            clients: [TestClient(id: "billing")], storeSettings: settings, clock: { clock.now })
        let assertion = try Assertion().signed()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        // The server may be writing.
        configuration.busyMode = .timeout(30)
        let other = try DatabaseQueue(
            path: server.directory + "/countersign.sqlite", configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        try await expectUnavailable(server, assertion)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        // Readiness is checked once a second.
        clock.advance(by: .seconds(1))
        try await expectRecovered(server, assertion)
    }

    @Test("A full disk")
    func full() async throws {
        let clock = TestClock()
        let server = try await TestServer(clients: [TestClient(id: "billing")], clock: { clock.now })
        let assertion = try Assertion().signed()
        // The connection's page limit simulates a full disk: no page may be added.
        let pages = try await server.store.pool.writeWithoutTransaction { database in
            // Migrations leave free pages behind, which claims could fill.
            try database.execute(sql: "VACUUM")
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            return try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pages)")
        }
        #expect(pages != nil)
        var last = 200
        for _ in 0..<2000 where last == 200 { last = try await server.token(try Assertion().signed()).status }
        #expect(last == 503)
        try await expectUnavailable(server, assertion)
        _ = try await server.store.pool.writeWithoutTransaction { database in
            try Int.fetchOne(database, sql: "PRAGMA max_page_count = 1000000")
        }
        // Readiness is checked once a second.
        clock.advance(by: .seconds(1))
        try await expectRecovered(server, assertion)
    }

    private func expectUnavailable(_ server: TestServer, _ assertion: String) async throws {
        let answer = try await server.token(assertion)
        #expect(answer.status == 503)
        #expect(answer["error"] == "temporarily_unavailable")
        #expect(answer["access_token"] == nil)
        #expect(answer.headers["retry-after"] != nil)
        #expect(try await server.send("GET", "/health/ready").status == 503)
        #expect(try await server.send("GET", "/health/live").status == 200)
    }

    private func expectRecovered(_ server: TestServer, _ assertion: String) async throws {
        #expect(try await server.send("GET", "/health/ready").status == 200)
        #expect(try await server.token(assertion).status == 200)
        #expect(try await server.token(assertion).status == 401)
        try await server.stop()
    }
}
