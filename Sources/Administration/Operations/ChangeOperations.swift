@_exported import Server

/// The operations on the change log.
package protocol ChangeOperations: Sendable {
    /// Returns changes, newest first.
    ///
    /// - Parameter number: only changes before this one.
    func list(_ filter: ChangeFilter, before number: Int64?, limit: Int) async throws -> [Change]

    /// - Throws: `ChangeFailure`.
    func change(_ number: Int64) async throws -> Change

    /// Undoes a change, if what it changed has not been changed since.
    ///
    /// - Returns: the change that was made.
    /// - Throws: `ChangeFailure`.
    func undo(_ number: Int64, at now: UnixTime) async throws -> Change
}

extension ChangeAdministration: ChangeOperations {}

/// The change log of a server whose admin API is not asked for it.
package struct NoChangeOperations: ChangeOperations {
    package struct Unavailable: Error, CustomStringConvertible {
        package let description =
            "The change log is read on the server's machine, at its data directory. Run the command there with --data."
    }

    package init() {}

    package func list(_ filter: ChangeFilter, before number: Int64?, limit: Int) async throws -> [Change] {
        throw Unavailable()
    }

    package func change(_ number: Int64) async throws -> Change { throw Unavailable() }

    package func undo(_ number: Int64, at now: UnixTime) async throws -> Change { throw Unavailable() }
}
