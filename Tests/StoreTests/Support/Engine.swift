import Store
import SQLite
import Testing

/// An engine under test: every engine passes the same suites.
struct Engine: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Opens a store on its data; called twice with the same directory it opens the same data twice, as two processes would.
    let open: @Sendable (TemporaryDirectory, StoreRole, TestClock) throws -> any Store

    static let all = [sqlite]

    static let sqlite = Engine(testDescription: "SQLite") { directory, role, clock in
        var settings = SQLiteSettings()
        settings.auditCapacity = 5
        return try SQLiteStore(directory: directory.path, role: role, settings: settings, clock: { clock.now })
    }

    /// A new, empty store.
    func make(_ clock: TestClock = TestClock()) throws -> OpenStore {
        let directory = TemporaryDirectory()
        return OpenStore(store: try open(directory, .server, clock), clock: clock, directory: directory, engine: self)
    }
}

/// A store, its clock, and the directory that goes with it.
struct OpenStore: Sendable {
    let store: any Store
    let clock: TestClock
    let directory: TemporaryDirectory
    let engine: Engine

    /// The same data, opened once more for administration, beside the server.
    func another() throws -> any Store {
        try engine.open(directory, .administration, clock)
    }

    /// The same data, opened by the next server.
    func reopened() async throws -> any Store {
        await store.close()
        return try engine.open(directory, .server, clock)
    }
}
