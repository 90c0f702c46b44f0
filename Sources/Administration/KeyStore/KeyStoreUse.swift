/// The client that a key store entry serves, or the reason why it serves none.
package enum KeyStoreUse: Equatable {
    /// This client authenticates with it.
    case inForce(ClientID)
    /// Its client has keys from another source, which take precedence.
    case overridden(ClientID, KeySource)
    /// No client has this identifier.
    case unused
    /// No client has this identifier, but some differ from it only in case.
    case caseVariant([ClientID])
    /// It came from a Java key store and could match each of these clients.
    case severalClients([ClientID])
    /// It came from a Java key store, and another entry could match the same client.
    case severalEntries(ClientID)

    /// - Parameter isPlanned: the entry is not in the key store yet, so a client without a key would use it.
    init(of alias: ExactString, isFromJava: Bool, isPlanned: Bool = false, _ clients: ClientIDIndex) {
        let matches = clients.clients(ignoringCase: alias)
        guard let client = clients.client(of: alias, isFromJava: isFromJava), let source = clients.sources[client]
        else {
            self = matches.isEmpty ? .unused : isFromJava ? .severalClients(matches) : .caseVariant(matches)
            return
        }
        self =
            switch source {
            case .keyStore(let other) where other == alias: .inForce(client)
            case .own, .keySet, .keyStore: .overridden(client, source)
            case .none: isFromJava && !isPlanned ? .severalEntries(client) : .inForce(client)
            }
    }

    /// The client it serves, or would serve if the client had no other keys.
    package var client: ClientID? {
        switch self {
        case .inForce(let client), .overridden(let client, _): client
        case .unused, .caseVariant, .severalClients, .severalEntries: nil
        }
    }

    package var isInForce: Bool {
        if case .inForce = self { true } else { false }
    }

    package func phrase(_ alias: ExactString) -> String {
        func list(_ clients: [ClientID]) -> String { clients.map(\.text).joined(separator: ", ") }
        return switch self {
        case .inForce(let client): client.value == alias ? "in force" : "in force for \(client)"
        case .overridden(_, .keySet): "not in force: the client has a key set at a URL"
        case .overridden(_, .keyStore(let other)): "not in force: the entry \(other) takes precedence"
        case .overridden: "not in force: the client has keys of its own"
        case .unused: "no client has this ID"
        case .caseVariant(let clients): "differs in case from the client \(list(clients))"
        case .severalClients(let clients): "could mean each of the clients \(list(clients)), so it serves none"
        case .severalEntries(let client): "another entry could mean the client \(client) too, so none serves it"
        }
    }
}
