@_exported import Server

/// The operations on the change log.
package protocol ChangeOperations: Sendable {
    /// Returns the newest changes, the newest first.
    func list(_ search: ChangeSearch, limit: Int) async throws -> [ListedChange]

    /// Returns a change, or what can be read of it.
    ///
    /// - Throws: `ChangeFailure`.
    func shown(_ number: Int64) async throws -> ShownChange

    /// Undoes a change, if what it changed has not been changed since.
    ///
    /// - Returns: the change that was made.
    /// - Throws: `ChangeFailure`.
    func undo(_ number: Int64, at now: UnixTime) async throws -> Change
}

extension ChangeAdministration: ChangeOperations {}
