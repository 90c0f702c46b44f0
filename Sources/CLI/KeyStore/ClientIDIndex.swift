import Countersign
import CountersignJOSE
import CountersignStore

/// Which clients a few aliases could mean: those with that identifier, and those whose identifier differs only in case.
struct ClientIDIndex {
    /// Clients by their identifiers in lower case.
    private var clients: [ExactString: [ClientID]] = [:]
    /// Where the keys of these clients come from.
    private(set) var sources: [ClientID: KeySource] = [:]

    /// - Parameter clients: with where their keys come from.
    init(_ clients: [(id: ClientID, source: KeySource)]) {
        for client in clients {
            self.clients[client.id.value.lowercased, default: []].append(client.id)
            sources[client.id] = client.source
        }
    }

    /// Looks the aliases up in a store.
    init(of aliases: [String], in store: some ClientStore) async throws(StoreError) {
        let wanted = Set(aliases.map { ExactString($0).lowercased })
        var found: [(id: ClientID, source: KeySource)] = []
        var last: ClientID?
        while true {
            let page = try await store.clients(after: last, limit: 1000)
            for client in page where wanted.contains(client.id.value.lowercased) {
                if let registration = try await store.registration(of: client.id) {
                    found.append((client.id, registration.keySource))
                }
            }
            guard page.count == 1000 else { break }
            last = page.last?.id
        }
        self.init(found)
    }

    /// The client with this identifier, byte for byte.
    func client(_ alias: ExactString) -> ClientID? {
        sources[ClientID(alias)] == nil ? nil : ClientID(alias)
    }

    /// Clients whose identifiers differ from the alias in nothing but case.
    func lookalikes(of alias: ExactString) -> [ClientID] {
        clients[alias.lowercased, default: []].filter { $0.value != alias }
    }
}

extension ExactString {
    /// As `keytool` writes aliases. For telling people, never for finding a client's key.
    var lowercased: ExactString { ExactString(text.lowercased()) }
}
