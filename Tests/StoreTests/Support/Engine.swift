import Store
import SQLite
import TestSupport
import Testing

/// A storage engine under test; all engines must pass the same suites.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Opens a store; called twice with the same directory, it opens the same data twice, as two processes would.
    let open: @Sendable (TemporaryDirectory, StoreRole, TestClock) throws -> any Store

    static let all = [sqlite]
    /// Engines that keep more than a few entries of each kind in the audit log.
    static let withLargeAuditLog = [makeSQLite(auditCapacity: 1000)]

    static let sqlite = makeSQLite(auditCapacity: 5)

    private static func makeSQLite(auditCapacity: Int) -> Engine {
        Engine(testDescription: "SQLite") { directory, role, clock in
            var settings = SQLiteSettings()
            settings.auditCapacity = auditCapacity
            return try SQLiteStore(directory: directory.path, role: role, settings: settings, clock: { clock.now })
        }
    }

    /// Creates a new, empty store.
    func make(_ clock: TestClock = TestClock()) throws -> OpenStore {
        let directory = TemporaryDirectory()
        return OpenStore(store: try open(directory, .server, clock), clock: clock, directory: directory, engine: self)
    }
}

/// A store with its clock and directory.
struct OpenStore: Sendable {
    let store: any Store
    let clock: TestClock
    let directory: TemporaryDirectory
    let engine: Engine

    /// Opens the same data again for administration, beside the server.
    func another() throws -> any Store {
        try engine.open(directory, .administration, clock)
    }

    /// Closes the store and opens the same data as the next server.
    func reopened() async throws -> any Store {
        await store.close()
        return try engine.open(directory, .server, clock)
    }
}
