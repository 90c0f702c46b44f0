@_exported import Server

/// The operations on the change log.
package protocol ChangeOperations: Sendable {
    /// Returns the newest changes, the newest first.
    func list(_ filter: ChangeFilter, limit: Int) async throws -> [ListedChange]

    /// - Throws: `ChangeFailure`.
    func change(_ number: Int64) async throws -> Change

    /// Undoes a change, if what it changed has not been changed since.
    ///
    /// - Returns: the change that was made.
    /// - Throws: `ChangeFailure`.
    func undo(_ number: Int64, at now: UnixTime) async throws -> Change
}

extension ChangeAdministration: ChangeOperations {}
