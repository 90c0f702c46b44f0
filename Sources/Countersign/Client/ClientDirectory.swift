/// Where the verifier finds clients.
///
/// An implementation answers from memory when it can: this is asked once for each request.
public protocol ClientDirectory: Sendable {
    /// The client registered under `id`, or `nil` where there is none.
    ///
    /// - Throws: `StoreUnavailable` when the answer cannot be known now; the request then fails closed.
    func client(_ id: ClientID) async throws(StoreUnavailable) -> RegisteredClient?

    /// Reads the client's key set again, because none of its keys fits or verifies (rule 13).
    ///
    /// However many requests ask, one fetch answers them, and not more than one in a cool-down. A directory whose clients have
    /// no key sets need not implement this.
    func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh

    /// Where the keys of a client came from, for the operator. Nothing is looked up for the answer.
    func keyOrigin(of client: RegisteredClient) async -> KeyOrigin?

    /// Why there was no client under `id` a moment ago, for the operator. Nothing is looked up for the answer.
    func absence(of id: ClientID) async -> UnknownClientReason
}

extension ClientDirectory {
    /// There is no key set to be read.
    public func refreshKeySet(of id: ClientID) async throws(StoreUnavailable) -> KeySetRefresh { .unchanged }

    /// What is known with the client.
    public func keyOrigin(of client: RegisteredClient) async -> KeyOrigin? { client.attachment?.keyOrigin }

    /// It is not registered.
    public func absence(of id: ClientID) async -> UnknownClientReason { .notRegistered }
}

/// The store behind a directory or a replay guard cannot answer. Nothing is issued, and the caller may try again.
public struct StoreUnavailable: Error, Sendable, Equatable {
    /// What is wrong, for the operator's log.
    public let reason: String

    /// - Parameter reason: for the log; a caller does not see it.
    public init(_ reason: String) {
        self.reason = reason
    }
}
