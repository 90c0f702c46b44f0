/// An index of the clients whose identifiers equal one of a few aliases, ignoring ASCII case.
package struct ClientIDIndex {
    /// Clients by their identifiers in lower case.
    private var clients: [ExactString: [ClientID]] = [:]
    /// The key source of each of these clients.
    private(set) var sources: [ClientID: KeySource] = [:]

    package init(_ clients: [(id: ClientID, source: KeySource)]) {
        for client in clients {
            self.clients[client.id.value.asciiLowercased, default: []].append(client.id)
            sources[client.id] = client.source
        }
    }

    /// Looks up the aliases in a store.
    package init(of aliases: [ExactString], in store: any Store) async throws(StoreError) {
        var found: [(id: ClientID, source: KeySource)] = []
        for alias in Set(aliases.map(\.asciiLowercased)) {
            for id in try await store.clients.ids(ignoringCaseOf: alias) {
                if let registration = try await store.clients.registration(of: id) {
                    found.append((id, registration.keySource))
                }
            }
        }
        self.init(found)
    }

    /// Returns the only client that a key store entry can serve.
    func client(of alias: ExactString, isFromJava: Bool) -> ClientID? {
        let matches = clients(ignoringCase: alias)
        guard isFromJava else { return matches.first { $0.value == alias } }
        return matches.count == 1 ? matches.first : nil
    }

    /// Returns the clients whose identifiers equal the alias, ignoring ASCII case.
    func clients(ignoringCase alias: ExactString) -> [ClientID] {
        clients[alias.asciiLowercased, default: []]
    }
}

extension ExactString {
    /// The text with A to Z in lower case, as the store compares aliases from Java key stores.
    var asciiLowercased: ExactString {
        let bytes = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        return ExactString(String(decoding: bytes, as: UTF8.self))
    }
}
