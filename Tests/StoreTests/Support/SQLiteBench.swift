import Countersign
import Foundation
import Store
import GRDB
import TestSupport
import Testing

@testable import SQLite

/// An SQLite store with a short busy timeout, and direct access to its database.
struct SQLiteBench {
    let directory = TemporaryDirectory()
    let clock = TestClock()
    let store: SQLiteStore

    init(_ change: (inout SQLiteSettings) -> Void = { _ in }) throws {
        var settings = SQLiteSettings()
        settings.busyTimeout = .milliseconds(20)
        change(&settings)
        let clock = clock
        store = try SQLiteStore(directory: directory.path, settings: settings, clock: { clock.now })
    }

    /// Opens what a killed process would leave at this moment: the database and its log; SQLite rebuilds the shared-memory index.
    func crashed() throws -> SQLiteStore {
        let (copy, clock) = (TemporaryDirectory(), clock)
        try DataDirectory.prepare(copy.path)
        for file in ["countersign.sqlite", "countersign.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: "\(directory.path)/\(file)", toPath: "\(copy.path)/\(file)")
        }
        return try SQLiteStore(directory: copy.path, clock: { clock.now })
    }

    /// Opens a connection as another program would.
    func stranger() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: DatabaseFile(directory: directory.path).path, configuration: configuration)
    }

    func count(_ table: String) throws -> Int {
        try store.pool.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    func onWriter(_ sql: String) throws {
        try store.pool.writeWithoutTransaction { db in try db.execute(sql: sql) }
    }

    func number(_ sql: String) throws -> Int {
        try store.pool.writeWithoutTransaction { db in try #require(try Int.fetchOne(db, sql: sql)) }
    }
}
