import Countersign
import Store
import Crypto
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: used jtis of an earlier version stay used")
struct ReplayMigrationTests {
    @Test("Claims in several slices are migrated, and the slices keep their expiries")
    func carriedOver() async throws {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let database = try DatabaseQueue(path: DatabaseFile(directory: directory.path).path)
        try Migrations.all.migrate(database, upTo: "2 remote key sets")
        // More than fit into one row of the log, and identifiers that a C string would truncate.
        let claims = (0..<2500).map { Samples.claim("\($0)", of: ["billing", "x\0y", "é"][$0 % 3]) }
        try await database.write { db in
            for (slice, expiry) in [(7, 1), (8, 3600)] {
                try db.execute(
                    sql: "INSERT INTO time_slice VALUES (1, ?, ?, ?), (2, ?, 0, 0)",
                    arguments: [
                        slice, TestClock.start.milliseconds, (TestClock.start + .seconds(expiry)).milliseconds, slice,
                    ])
            }
            for (number, claim) in claims.enumerated() {
                try db.execute(
                    sql: "INSERT INTO used_jti VALUES (?, CAST(? AS TEXT), ?)",
                    arguments: [number < 10 ? 7 : 8, Data(claim.client.text.utf8), Data(claim.digest)])
            }
        }
        try database.close()

        let clock = TestClock()
        let store = try SQLiteStore(directory: directory.path, clock: { clock.now })
        #expect(try await store.replay.facts().claims == claims.count)
        for claim in claims { #expect(try await store.replay.claim(claim) == .replayed) }
        #expect(try await store.replay.claim(Samples.claim("0", of: "x")) == .firstUse)

        // The first slice expires, the other stays.
        clock.advance(by: .seconds(120))
        while try await store.replay.sweepStep() {}
        #expect(try await store.replay.facts().claims == claims.count - 10 + 1)
        for claim in claims[10..<100] { #expect(try await store.replay.claim(claim) == .replayed) }
        for table in ["used_jti", "time_slice", "access_token"] {
            let isThere = try await store.pool.read { try $0.tableExists(table) }
            #expect(!isThere, "\(table)")
        }
    }

    /// The assertions in the fixture, which the last version without a replay log had accepted.
    private static let accepted: [(client: String, jti: String, exp: Int64)] = [
        ("billing", "cSrJi4yvkRE7KU6u0hvkyQ", 1_795_622_161), ("billing", "XMB2gwDH9qpJ_aVza-B-Jw", 1_795_622_162),
        ("billing", "di32fqUkhuHwzIOVkcogWg", 1_795_622_163), ("café", "v72LPzfep_kBRYakTb9HBw", 1_795_622_163),
        ("café", "HBYbNwaBTWNheKNdx8H6LA", 1_795_622_164), ("café", "r4ab6skc9JCnAMziC840Nw", 1_795_622_164),
    ]

    @Test("A database written by that version")
    func realDatabase() async throws {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        try FileManager.default.copyItem(
            atPath: fixtures.path + "/Fixtures/before-the-replay-log.sqlite",
            toPath: directory.path + "/countersign.sqlite")
        let store = try SQLiteStore(directory: directory.path, clock: { UnixTime(seconds: 1_795_622_110) })
        #expect(try await store.clients.registration(of: ClientID("café")) != nil)
        for (client, jti, exp) in Self.accepted {
            func claim(of client: String) -> ReplayClaim {
                ReplayClaim(
                    client: ClientID(client), digest: Array(SHA256.hash(data: Array(jti.utf8)).prefix(16)),
                    expiry: UnixTime(seconds: exp + 30))
            }
            #expect(try await store.replay.claim(claim(of: client)) == .replayed)
            #expect(try await store.replay.claim(claim(of: "another")) == .firstUse)
        }
    }
}
