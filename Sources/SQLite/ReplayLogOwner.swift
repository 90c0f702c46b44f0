import GRDB

/// The server that writes the replay log, identified by a random value in the database.
///
/// The lock on the data directory excludes a second server, except if the database is reached over a symbolic link or a network file
/// system without locks. A server writes its value before it reads the log, and compares it in each transaction that changes the log,
/// so that the log that a later server has read stays complete.
struct ReplayLogOwner: Sendable {
    /// Another server has taken over the log.
    struct OwnershipLost: Error {
        static let reason =
            "another server has taken over this database; this one accepts no assertions until it is restarted"
    }

    private let value: [UInt8]

    /// Takes over the log from its current owner.
    static func takingOver(_ db: Database) throws -> ReplayLogOwner {
        let owner = ReplayLogOwner(value: (0..<16).map { _ in UInt8.random(in: 0...255) })
        try db.inImmediateTransaction {
            let update = try RawStatement(db, "UPDATE replay_log SET owner = ?1")
            try owner.value.withUnsafeBytes {
                update.bind($0, at: 1)
                try update.run()
            }
        }
        return owner
    }

    /// Returns whether this server still owns the log. Called in the transaction that depends on it.
    func owns(_ db: Database) throws -> Bool {
        let query = try RawStatement(db, "SELECT owner FROM replay_log")
        defer { query.reset() }
        return try query.step() && query.bytes(0).elementsEqual(value)
    }
}
