import GRDB

/// The server that writes the replay log, as a random value in the database.
///
/// The lock on the data directory keeps a second server away, but a lock is on a name: it misses a database that is reached over a
/// symbolic link, or over a network that keeps no locks. A server writes its value before it reads the log, and compares it in each
/// transaction that changes the log, so what a later server has read stays complete.
struct ReplayLogOwner: Sendable {
    /// Another server has written its value since.
    struct Lost: Error {
        static let reason =
            "another server has taken over this database; this one accepts no assertions until it is restarted"
    }

    private let value: [UInt8]

    /// Takes the log over, from whichever server has it.
    static func takingOver(_ db: Database) throws -> ReplayLogOwner {
        let owner = ReplayLogOwner(value: (0..<16).map { _ in UInt8.random(in: 0...255) })
        try db.immediately {
            let update = try RawStatement(db, "UPDATE replay_log SET owner = ?1")
            try owner.value.withUnsafeBytes {
                update.bind($0, at: 1)
                try update.run()
            }
        }
        return owner
    }

    /// Whether the log is still this server's. Asked in the transaction that depends on it.
    func owns(_ db: Database) throws -> Bool {
        let query = try RawStatement(db, "SELECT owner FROM replay_log")
        defer { query.reset() }
        return try query.step() && query.bytes(0).elementsEqual(value)
    }
}
