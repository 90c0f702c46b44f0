/// A source of registered clients for the verifier, which asks it once per request.
///
/// ``StaticClientDirectory`` is a ready one. An implementation over a database should cache.
public protocol ClientDirectory: Sendable {
    /// Returns the client registered under `id`, or `nil`.
    ///
    /// - Throws: `StoreUnavailable` if the directory cannot answer now; the request then fails closed.
    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient?

    /// Reads the client's key set again, because none of its keys fits or verifies (rule 13).
    ///
    /// Implementations share one fetch among concurrent requests and fetch at most once per cool-down. The default does nothing.
    func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh

    /// Returns the origin of a client's keys, for the operator. Answers from memory.
    func keyOrigin(of client: RegisteredClient) async -> KeyOrigin?

    /// Returns the reason why `client` has just returned `nil` for `id`, for the operator. Answers from memory.
    func absence(of id: ClientID) async -> UnknownClientReason
}

extension ClientDirectory {
    /// Reports that there is no key set to read.
    public func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh { .unchanged }

    /// Returns the origin that the directory attached to the client.
    public func keyOrigin(of client: RegisteredClient) async -> KeyOrigin? { client.attachment?.keyOrigin }

    /// Reports that the client is not registered.
    public func absence(of id: ClientID) async -> UnknownClientReason { .notRegistered }
}

/// A fixed set of clients, in memory.
public struct StaticClientDirectory: ClientDirectory {
    private let clients: [ClientID: RegisteredClient]

    /// - Parameter clients: of two with the same identifier, the later one counts.
    public init(_ clients: [RegisteredClient]) {
        self.clients = Dictionary(clients.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// Finds a client by its identifier.
    public func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient? { clients[id] }
}

/// The result of reading a client's key set again (rule 13).
public enum KeySetRefresh: Sendable {
    /// The key set was read; the client with its current keys.
    case refreshed(RegisteredClient)
    /// There is no key set, or it was read during the current cool-down.
    case unchanged
    /// The key set could not be read; the reason is for the operator.
    case unavailable(reason: String)
}

/// The error of a directory or a replay guard whose store is unavailable. No token may be issued; the caller may retry.
public struct StoreUnavailable: Error, Sendable, Equatable {
    /// The problem, for the operator's log.
    public let reason: String

    /// - Parameter reason: for the log; callers do not see it.
    public init(_ reason: String) {
        self.reason = reason
    }
}
