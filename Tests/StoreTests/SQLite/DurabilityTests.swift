import Countersign
import Store
import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: confirmed writes are on disk")
struct DurabilityTests {
    @Test("Claims are in the files on disk while the store is still open")
    func copied() async throws {
        let bench = try SQLiteBench()
        for jti in 0..<100 { #expect(try await bench.store.replay.claim(Samples.claim("\(jti)")) == .firstUse) }

        let reopened = try bench.crashed()
        for jti in 0..<100 { #expect(try await reopened.replay.claim(Samples.claim("\(jti)")) == .replayed) }
    }

    @Test("The writer syncs to disk at each commit and uses a write-ahead log")
    func pragmas() throws {
        let bench = try SQLiteBench()
        #expect(try bench.number("PRAGMA synchronous") == 2)
        #expect(try bench.number("PRAGMA foreign_keys") == 1)
        #expect(try bench.number("PRAGMA page_size") == DatabaseFile.pageSize)
        let mode = try bench.store.pool.writeWithoutTransaction { db in
            try String.fetchOne(db, sql: "PRAGMA journal_mode")
        }
        #expect(mode == "wal")
    }

    @Test("Reopening a store changes no data and sets synchronous to FULL again")
    func reopened() async throws {
        let bench = try SQLiteBench()
        try await bench.store.clients.add(Samples.client(), keys: [try Samples.key()])
        await bench.store.close()
        let reopened = try SQLiteStore(directory: bench.directory.path)
        #expect(try await reopened.clients.registration(of: ClientID("billing"))?.client == Samples.client())
        let synchronous = try await reopened.pool.writeWithoutTransaction { db in
            try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        #expect(synchronous == 2)
    }

    @Test("Database, log and directory are accessible to their owner only")
    func modes() async throws {
        let bench = try SQLiteBench()
        _ = try await bench.store.replay.claim(Samples.claim("a"))
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(bench.directory.path) == 0o700)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try mode("\(bench.directory.path)/countersign.sqlite\(suffix)") == 0o600, "\(suffix)")
        }
    }

    @Test("A store exists once it has been opened")
    func exists() throws {
        let directory = TemporaryDirectory()
        #expect(!SQLiteStore.exists(in: directory.path))
        _ = try SQLiteStore(directory: directory.path)
        #expect(SQLiteStore.exists(in: directory.path))
    }
}
