@_exported import Server

/// The operations on refused requests.
package protocol RefusalOperations: Sendable {
    /// - Parameter reference: as a person typed it.
    /// - Throws: `RefusalFailure` if it is not kept, or was never there.
    func refusal(_ reference: String) async throws -> RefusalAdministration.Details

    /// Returns the latest refusals, newest first.
    ///
    /// - Parameter onlyProven: excludes callers who have not proved a key.
    func latest(_ limit: Int, onlyProven: Bool) async throws -> [AuditEntry]

    /// Returns the latest refusals that match, newest first.
    func search(_ filter: RefusalFilter, limit: Int) async throws -> [AuditEntry]

    /// Returns the number of refusals of each cause that match.
    func causes(_ filter: RefusalFilter) async throws -> RefusalCauses
}

/// The search for current and upcoming problems of a server.
package protocol DoctorOperations: Sendable {
    func diagnosis(at now: UnixTime) async throws -> Diagnosis
}

extension RefusalAdministration: RefusalOperations {}
