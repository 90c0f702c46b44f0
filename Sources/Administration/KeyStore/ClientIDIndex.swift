import Countersign
import Store

/// The clients that a few aliases could mean: all whose identifiers equal one of them without regard to ASCII case.
package struct ClientIDIndex {
    /// Clients by their identifiers in lower case.
    private var clients: [ExactString: [ClientID]] = [:]
    /// Where the keys of these clients come from.
    private(set) var sources: [ClientID: KeySource] = [:]

    package init(_ clients: [(id: ClientID, source: KeySource)]) {
        for client in clients {
            self.clients[client.id.value.asciiLowercased, default: []].append(client.id)
            sources[client.id] = client.source
        }
    }

    /// Looks the aliases up in a store.
    package init(of aliases: [ExactString], in store: any Store) async throws(StoreError) {
        var found: [(id: ClientID, source: KeySource)] = []
        for alias in Set(aliases.map(\.asciiLowercased)) {
            for id in try await store.clients.ids(alike: alias) {
                if let registration = try await store.clients.registration(of: id) {
                    found.append((id, registration.keySource))
                }
            }
        }
        self.init(found)
    }

    /// The one client that an entry of the key store can serve.
    func client(of alias: ExactString, isFromJava: Bool) -> ClientID? {
        let alike = clients(alike: alias)
        guard isFromJava else { return alike.first { $0.value == alias } }
        return alike.count == 1 ? alike.first : nil
    }

    /// Clients whose identifiers equal the alias without regard to case.
    func clients(alike alias: ExactString) -> [ClientID] {
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
