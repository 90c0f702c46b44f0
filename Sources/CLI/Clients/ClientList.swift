import ArgumentParser
import Countersign
import CountersignJOSE
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
                let page = try await store.clients.page(after: clients.last?.id, limit: 1000)
                clients += page
                if page.count < 1000 { return clients }
            }
        }
        if json {
            JSONOutput.print(.array(clients.map { .object($0.json) }))
        } else if clients.isEmpty {
            print("No clients yet: countersign client add --help")
        } else {
            let rows = clients.map { client in
                let state = client.isEnabled ? "enabled" : "disabled"
                return [client.id.text, client.name, state, client.scopes.joined(separator: " ")]
            }
            print(Columns.text([["CLIENT ID", "NAME", "STATE", "SCOPES"]] + rows))
        }
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
