@_exported import Server

/// The operations on protected resources (RFC 8707). Each throws `ResourceFailure` for one that is not registered.
package protocol ResourceOperations: Sendable {
    /// Returns the resources, in the order of their URIs.
    ///
    /// - Parameter text: part of the URI or the name; empty finds all.
    func list(_ text: String) async throws -> [ResourceRecord]

    func resource(_ uri: String) async throws -> ResourceRecord

    func add(_ resource: ResourceRecord) async throws

    /// Changes a resource on the basis of what is registered at that moment.
    ///
    /// - Parameter change: may be called again if another change came first.
    func edit(
        _ uri: String, _ change: @escaping @Sendable (inout ResourceRecord) -> Void
    ) async throws -> ResourceRecord

    func remove(_ uri: String) async throws
}

/// The operations on the initial access tokens with which clients register themselves (RFC 7591 §3).
package protocol RegistrationTokenOperations: Sendable {
    /// Makes a token.
    ///
    /// - Returns: its record, and the token, which is not stored and cannot be shown again.
    func add(
        _ terms: RegistrationTokenAdministration.Terms, at now: UnixTime
    ) async throws -> (record: InitialAccessToken, token: String)

    /// Returns the tokens, oldest first.
    ///
    /// - Parameter state: those that are in it; `nil` for all.
    func list(in state: InitialAccessToken.State?, at now: UnixTime) async throws -> [InitialAccessToken]

    /// - Throws: `RegistrationTokenFailure`.
    func revoke(_ id: String) async throws
}

extension ResourceAdministration: ResourceOperations {}
extension RegistrationTokenAdministration: RegistrationTokenOperations {}
