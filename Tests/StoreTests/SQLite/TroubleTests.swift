import Countersign
import Store
import Foundation
import GRDB
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a store that cannot write reports it and recovers")
struct TroubleTests {
    @Test("Claims fail while another process holds the write lock, and succeed afterwards")
    func locked() async throws {
        let bench = try SQLiteBench()
        let stranger = try bench.stranger()
        try await stranger.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }

        let reason = "the database is locked by another process"
        await #expect(throws: StoreUnavailable(reason)) { try await bench.store.replay.claim(Samples.claim("a")) }
        await #expect(throws: StoreError.unavailable(reason)) {
            try await bench.store.clients.add(Samples.client(), keys: [])
        }
        await #expect(throws: StoreError.unavailable(reason)) {
            try await bench.store.keySets.claimRefresh(of: "url", for: .due, at: TestClock.start, lease: .seconds(1))
        }
        await #expect(throws: StoreError.unavailable(reason)) {
            try await bench.store.keySets.save(Samples.keySet("url"))
        }
        #expect(await bench.store.writeProblem() == reason)
        // Reads still succeed.
        #expect(try await bench.store.clients.registration(of: ClientID("billing")) == nil)

        try await stranger.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        #expect(await bench.store.writeProblem() == nil)
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .replayed)
    }

    @Test("A full database refuses claims without a trace, and accepts them again once there is space")
    func full() async throws {
        let bench = try SQLiteBench()
        #expect(try await bench.store.replay.claim(Samples.claim("before")) == .firstUse)
        try bench.onWriter("PRAGMA max_page_count = 1")  // SQLite clamps it to the current size.

        let turnedAway = try await Self.claimUntilFull(bench.store)
        #expect(try await bench.store.replay.claim(Samples.claim("before")) == .replayed)
        await #expect(throws: StoreUnavailable("the disk is full")) {
            try await bench.store.replay.claim(Samples.claim(turnedAway))
        }

        try bench.onWriter("PRAGMA max_page_count = 1000000")
        // The recovery is detected without a claim, too.
        #expect(await bench.store.writeProblem() == nil)
        let changes = try bench.number("SELECT total_changes()")
        #expect(await bench.store.writeProblem() == nil)
        #expect(try bench.number("SELECT total_changes()") == changes)
        #expect(try await bench.store.replay.claim(Samples.claim(turnedAway)) == .firstUse)
        #expect(await bench.store.writeProblem() == nil)
    }

    /// - Returns: the first `jti` that did not fit.
    static func claimUntilFull(_ store: SQLiteStore) async throws -> String {
        for number in 0..<100_000 {
            do {
                #expect(try await store.replay.claim(Samples.claim("\(number)")) == .firstUse)
            } catch {
                #expect(error == StoreUnavailable("the disk is full"))
                return "\(number)"
            }
        }
        throw StoreError.notFound("the end of the disk")
    }

    @Test("A read-only database is reported as such")
    func readOnly() async throws {
        let bench = try SQLiteBench()
        try bench.onWriter("PRAGMA query_only = 1")
        await #expect(throws: StoreUnavailable("the database is read-only")) {
            try await bench.store.replay.claim(Samples.claim("a"))
        }
        #expect(await bench.store.writeProblem() == "the database is read-only")
        try bench.onWriter("PRAGMA query_only = 0")
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(await bench.store.writeProblem() == nil)
    }

    @Test("A directory that cannot be created is reported")
    func noDirectory() throws {
        #expect(throws: StoreError.unavailable("/dev/null is not a directory")) {
            try SQLiteStore(directory: "/dev/null")
        }
        #expect(throws: StoreError.self) { try SQLiteStore(directory: "/dev/null/below") }
    }

    @Test("A file that is not a database is reported as such")
    func noDatabase() throws {
        let directory = TemporaryDirectory()
        try DataDirectory.prepare(directory.path)
        try String(repeating: "not a database ", count: 100).write(
            toFile: directory.path + "/countersign.sqlite", atomically: true, encoding: .utf8)
        #expect(throws: StoreError.corrupt("file is not a database")) { try SQLiteStore(directory: directory.path) }
    }

    @Test("A client with a value of a later version is refused")
    func laterVersion() async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [])
        try bench.onWriter("UPDATE client SET audience_profile = 'later'")
        await #expect(throws: StoreError.corrupt("client 'billing' has an unknown value in audience_profile")) {
            try await bench.store.clients.registration(of: ClientID("billing"))
        }
    }

    @Test("A key with a status of a later version is refused and not changed")
    func laterStatus() async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [try Samples.key()])
        try bench.onWriter("UPDATE client_key SET status = 'later'")
        let error = StoreError.corrupt("client key 1 has the unknown status 'later'")
        await #expect(throws: error) { try await bench.store.clients.registration(of: ClientID("billing")) }
        await #expect(throws: error) {
            try await bench.store.clientKeys.setStatus(.active, number: 1, of: ClientID("billing"))
        }
    }
}
