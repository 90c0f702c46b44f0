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

extension KeyStoreUse {
    private enum State: String, CaseIterable {
        case inForce = "in_force"
        case overridden
        case unused
        case caseVariant = "case_variant"
        case severalClients = "several_clients"
        case severalEntries = "several_entries"
    }

    /// The use for programs: its name, the clients that it is about, and for an entry without effect the source that takes precedence.
    package var json: JSONObject {
        func object(_ state: State, _ clients: [ClientID], _ source: KeySource? = nil) -> JSONObject {
            var object: JSONObject = [
                "state": .string(state.rawValue), "clients": .array(clients.map { .string($0.value) }),
            ]
            switch source {
            case .own: object.set("key_source", "own")
            case .keySet(let url):
                object.set("key_source", "jwks_uri")
                object.set("jwks_uri", .string(url))
            case .keyStore(let alias):
                object.set("key_source", "keystore")
                object.set("alias", .string(alias))
            case nil, .some(.none): break
            }
            return object
        }
        return switch self {
        case .inForce(let client): object(.inForce, [client])
        case .overridden(let client, let source): object(.overridden, [client], source)
        case .unused: object(.unused, [])
        case .caseVariant(let clients): object(.caseVariant, clients)
        case .severalClients(let clients): object(.severalClients, clients)
        case .severalEntries(let client): object(.severalEntries, [client])
        }
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let state = reader.choice("state", of: State.self)
        let clients = reader.requiredTexts("clients").map { ClientID($0) }
        let source: KeySource =
            switch reader.text("key_source") {
            case "jwks_uri": .keySet(url: reader.requiredText("jwks_uri"))
            case "keystore": .keyStore(alias: ExactString(reader.requiredText("alias")))
            default: .own
            }
        try reader.finishIgnoringOthers()
        switch (state, clients.first) {
        case (.inForce, let client?): self = .inForce(client)
        case (.overridden, let client?): self = .overridden(client, source)
        case (.unused, _): self = .unused
        case (.caseVariant, _): self = .caseVariant(clients)
        case (.severalClients, _): self = .severalClients(clients)
        case (.severalEntries, let client?): self = .severalEntries(client)
        case (.inForce, nil), (.overridden, nil), (.severalEntries, nil), (nil, _):
            throw InvalidDocument([DocumentFault(.document.appending("state"), "It is not known, or has no client.")])
        }
    }
}
