import ArgumentParser
import Countersign
import Store

/// `countersign client remove`.
struct ClientRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a client and its keys.",
        discussion: """
            Asks first, on a terminal; elsewhere --yes is needed. To keep a client out for a while, use disable.

            EXAMPLES
              countersign client remove billing
              countersign client remove billing --yes
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        guard yes || Confirmation.canAsk else {
            throw ValidationError("There is no terminal to ask on. Confirm with --yes.")
        }
        try await store.withStore { store in
            let registration = try await store.existing(id)
            guard yes || Confirmation.ask(Self.question(registration)) else {
                throw CommandFailure("Nothing was removed.")
            }
            try await store.clients.remove(ClientID(id))
        }
        print("The client \(id) is removed.")
    }

    private static func question(_ registration: ClientRegistration) -> String {
        let keys = registration.keys.count == 1 ? "its key" : "its \(registration.keys.count) keys"
        return "Remove the client \(registration.client.id) (\(registration.client.name)) and \(keys)?"
    }
}
