import ArgumentParser
import Countersign
import CountersignJOSE
import Server
import Store

/// `countersign client list`.
struct ClientList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the clients.",
        discussion: """
            EXAMPLES
              countersign client list
              countersign client list --json --data /var/lib/countersign
            """)

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let clients = try await store.withStore { store in
            var clients: [ClientRecord] = []
            while true {
                let page = try await store.clients(after: clients.last?.id, limit: 1000)
                clients += page
                if page.count < 1000 { return clients }
            }
        }
        Listing.print(
            clients, json: json ? { ClientMetadata($0).json } : nil, empty: "No clients yet: countersign client add --help",
            columns: [
                ("CLIENT ID", \.id.text), ("NAME", \.name), ("STATE", { $0.isEnabled ? "enabled" : "disabled" }),
                ("SCOPES", { $0.scopes.joined(separator: " ") }),
            ])
    }
}

/// `countersign client show`.
struct ClientShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a client and its keys.",
        discussion: """
            EXAMPLES
              countersign client show billing
              countersign client show billing --json
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    func run() async throws {
        let details = try await store.withStore { try await $0.details(of: id) }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: .now)) }
    }
}
