import Countersign
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a change log that was altered")
struct ChangeChainTests {
    private static let key = ChangeLogKey(MasterKey.generate())
    private static let rows = 8

    /// A log of eight changes, countersigned up to the fifth.
    private static func bench() async throws -> SQLiteBench {
        let bench = try SQLiteBench()
        let store = bench.store.acting(as: .person(UserID("alice"), name: "Zoë", through: .console))
        try await store.clients.add(Samples.client(), keys: [try Samples.key("a")])
        for number in 2...rows {
            bench.clock.advance(by: .seconds(1))
            _ = try await store.clients.change(ClientID("billing")) { before throws(Never) in
                var client = before.client
                client.name = "é \(number)"
                return (client, before.keys)
            }
            if number == 5 { try await countersign(store, at: bench.clock.now) }
        }
        return bench
    }

    private static func countersign(_ store: any Store, at now: UnixTime, by key: ChangeLogKey = key) async throws {
        let bounds = try await store.changes.bounds()
        try await store.changes.add(key.countersign(bounds.head, of: bounds.issuer, at: now))
    }

    private static func fault(_ bench: SQLiteBench, key: ChangeLogKey? = key) async throws -> ChangeLogFault? {
        try await ChangeLogCheck(key: key, pageSize: 3).report(on: bench.store.changes).fault
    }

    @Test("A log that was not altered has no fault")
    func intact() async throws {
        let bench = try await Self.bench()
        let report = try await ChangeLogCheck(key: Self.key, pageSize: 3).report(on: bench.store.changes)
        #expect(report.fault == nil)
        #expect(report.last.number == Int64(Self.rows))
        #expect(report.countersignatures == 1)
        #expect(try await Self.fault(bench, key: nil) == nil)
        #expect(try await ChangeLogCheck(key: nil).report(on: try SQLiteBench().store.changes).fault == nil)
    }

    /// Each column of change 4, replaced by a value of the same type; some look like the value before.
    static let replacements = [
        "at = at + 1", "actor_kind = 'client'", "actor_id = CAST('alicia' AS BLOB)", "actor_id = NULL",
        "actor_name = CAST(x'5a6f65cc88' AS BLOB)", "actor_name = x''", "channel = 'api'", "action = 'client.removed'",
        "subject_kind = 'user'", "subject_id = CAST('Billing' AS BLOB)", "value_before = NULL", "value_after = x''",
        "value_after = CAST(replace(CAST(value_after AS TEXT), 'é', 'e') AS BLOB)",
        "value_before = CAST(CAST(value_before AS TEXT) || ' ' AS BLOB)", "undoes = 0", "undoes = 3",
        "digest = zeroblob(32)", "previous = zeroblob(32)", "digest = x''",
        // What one field loses, the next one gains.
        "subject_id = CAST('billin' AS BLOB), value_before = CAST('g' || CAST(value_before AS TEXT) AS BLOB)",
    ]

    @Test("Each replaced value is found, and its change is named", arguments: replacements)
    func replaced(_ assignment: String) async throws {
        let bench = try await Self.bench()
        try bench.onWriter("UPDATE change SET \(assignment) WHERE number = 4")
        #expect(try await Self.fault(bench, key: nil) == .altered(4))
    }

    @Test("A decomposed character that looks the same is another value")
    func lookAlike() async throws {
        let bench = try await Self.bench()
        try bench.onWriter(
            """
            UPDATE change SET value_after = CAST(replace(CAST(value_after AS TEXT), '\u{E9}', 'e\u{301}') AS BLOB)
            WHERE number = 4
            """)
        #expect(try await Self.fault(bench) == .altered(4))
    }

    @Test("A change that is missing is named", arguments: [1, 4, 7])
    func missing(_ number: Int64) async throws {
        let bench = try await Self.bench()
        try bench.onWriter("DELETE FROM change WHERE number = \(number)")
        #expect(try await Self.fault(bench) == .missing(number))
    }

    @Test("A change that was added before the first one is found")
    func added() async throws {
        let bench = try await Self.bench()
        try bench.onWriter(
            """
            INSERT INTO change SELECT issuer, 0, at, actor_kind, actor_id, actor_name, channel, action, subject_kind,
                subject_id, value_before, value_after, undoes, previous, digest FROM change WHERE number = 4
            """)
        #expect(try await Self.fault(bench) == .unexpected(0))
    }

    @Test("A cut-off end is found, also when further changes are recorded")
    func cutOff() async throws {
        let bench = try await Self.bench()
        try bench.onWriter("DELETE FROM change WHERE number > 6")
        #expect(try await Self.fault(bench, key: nil) == .cutOff(after: 6, recorded: 8))
        try await bench.store.clients.setEnabled(false, ClientID("billing"), at: bench.clock.now)
        #expect(try await Self.fault(bench, key: nil) == .missing(7))
    }

    @Test("An end that was cut off with its traces is found by the countersignature, if it was countersigned")
    func cutOffWithBounds() async throws {
        let bench = try await Self.bench()
        try bench.onWriter("DELETE FROM change WHERE number > 4; DELETE FROM change_bounds")
        #expect(try await Self.fault(bench, key: nil) == .cutOff(after: 4, recorded: 5))
        try await bench.store.clients.setEnabled(false, ClientID("billing"), at: bench.clock.now)
        #expect(try await Self.fault(bench, key: nil) == .notAsCountersigned(5, at: TestClock.start + .seconds(4)))
    }

    @Test("Changes in another order are found")
    func reordered() async throws {
        let bench = try await Self.bench()
        try bench.onWriter(
            """
            UPDATE change SET number = 100 WHERE number = 3;
            UPDATE change SET number = 3 WHERE number = 4;
            UPDATE change SET number = 4 WHERE number = 100;
            """)
        #expect(try await Self.fault(bench) == .altered(3))
    }

    @Test("A log that was computed again from one change on does not pass for what the server countersigned")
    func recomputed() async throws {
        let bench = try await Self.bench()
        let rows = try await bench.store.changes.rows(after: 0, limit: 100)
        let forged = TamperedLog.rows(rows, replacing: 4)
        try await bench.store.pool.write { db in
            for row in forged {
                try db.execute(
                    sql: "UPDATE change SET value_after = ?, previous = ?, digest = ? WHERE number = ?",
                    arguments: [
                        row.after.map { Data($0) }, Data(row.previous), Data(row.digest), row.number,
                    ])
            }
            try db.execute(
                sql: "UPDATE change_bounds SET head_digest = ?", arguments: [Data(try #require(forged.last).digest)])
        }
        let expected = ChangeLogFault.notAsCountersigned(5, at: TestClock.start + .seconds(4))
        #expect(try await Self.fault(bench) == expected)
        #expect(try await Self.fault(bench, key: nil) == expected)
        // Whoever replaces the countersignature, too, is found by those who know the key, and by them alone.
        try bench.onWriter("DELETE FROM change_countersignature")
        try await Self.countersign(bench.store, at: bench.clock.now, by: ChangeLogKey(MasterKey.generate()))
        #expect(try await Self.fault(bench, key: nil) == nil)
        #expect(try await Self.fault(bench) == .forgedCountersignature(8))
    }

    @Test("A countersignature is of one change, time and issuer")
    func countersignature() async throws {
        let bench = try await Self.bench()
        let found = try #require(try await bench.store.changes.latestCountersignature())
        #expect(Self.key.verifies(found, of: .first))
        #expect(!Self.key.verifies(found, of: IssuerNumber(rawValue: 2)))
        let (position, code) = (found.position, found.code)
        let other = ChangePosition(number: position.number + 1, digest: position.digest)
        #expect(!Self.key.verifies(ChangeCountersignature(position: other, at: found.at, code: code), of: .first))
        let later = found.at + .milliseconds(1)
        #expect(!Self.key.verifies(ChangeCountersignature(position: position, at: later, code: code), of: .first))
        try bench.onWriter("UPDATE change_countersignature SET at = at + 1")
        #expect(try await Self.fault(bench) == .forgedCountersignature(5))
    }

    @Test("After a removal by the operator the rest is checked; a removal by hand is found")
    func removal() async throws {
        let bench = try await Self.bench()
        let third = try #require(try await bench.store.changes.change(3))
        try await bench.store.changes.remove(through: 3, digest: third.digest)
        #expect(try await Self.fault(bench) == nil)
        try bench.onWriter("DELETE FROM change WHERE number = 4")
        #expect(try await Self.fault(bench) == .missing(4))
        try bench.onWriter(
            "UPDATE change_bounds SET anchor_number = 4, anchor_digest = (SELECT previous FROM change WHERE number = 5)"
        )
        #expect(try await Self.fault(bench) == .removalNotRecorded(4))
    }

    @Test("A killed process leaves each change with its row, or neither")
    func crash() async throws {
        let bench = try await Self.bench()
        let crashed = try bench.crashed()
        #expect(try await ChangeLogCheck(key: Self.key).report(on: crashed.changes).fault == nil)
        #expect(try await crashed.clients.registration(of: ClientID("billing"))?.client.name == "é \(Self.rows)")
        #expect(try await crashed.changes.bounds().head.number == Int64(Self.rows))
    }

    @Test("On a full disk neither the change nor its row is written")
    func fullDisk() async throws {
        let bench = try await Self.bench()
        let pages = try bench.number("PRAGMA page_count")
        try bench.onWriter("VACUUM; PRAGMA max_page_count = \(pages)")
        var failed = false
        var number = 0
        while !failed, number < 2000 {
            number += 1
            do {
                try await bench.store.clients.add(Samples.client("c\(number)"), keys: [try Samples.key()])
            } catch {
                failed = true
            }
        }
        #expect(failed)
        #expect(try await bench.store.clients.registration(of: ClientID("c\(number)")) == nil)
        try bench.onWriter("PRAGMA max_page_count = 1000000")
        #expect(try await Self.fault(bench) == nil)
        let head = try await bench.store.changes.bounds().head.number
        #expect(head == Int64(Self.rows + number - 1))
        try await bench.store.clients.add(Samples.client("after"), keys: [])
        #expect(try await bench.store.changes.bounds().head.number == head + 1)
    }
}

/// What somebody does who can write the database and knows how digests are computed.
private enum TamperedLog {
    static func rows(_ rows: [ChangeRow], replacing number: Int64) -> [ChangeRow] {
        var previous: [UInt8]?
        return rows.filter { $0.number >= number }.map { row in
            let after = row.number == number ? Array(#"{"client_name":"forged"}"#.utf8) : row.after
            let unsealed = copy(row, after: after, previous: previous ?? row.previous, digest: [])
            let sealed = copy(unsealed, after: after, previous: unsealed.previous, digest: unsealed.computedDigest)
            previous = sealed.digest
            return sealed
        }
    }

    private static func copy(
        _ row: ChangeRow, after: [UInt8]?, previous: [UInt8], digest: [UInt8]
    ) -> ChangeRow {
        ChangeRow(
            issuer: row.issuer, number: row.number, at: row.at, actorKind: row.actorKind, actorID: row.actorID,
            actorName: row.actorName, channel: row.channel, action: row.action, subjectKind: row.subjectKind,
            subjectID: row.subjectID, before: row.before, after: after, undoes: row.undoes, previous: previous,
            digest: digest)
    }
}
