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
