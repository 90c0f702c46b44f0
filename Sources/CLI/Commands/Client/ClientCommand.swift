import Administration
import ArgumentParser

struct ClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Register clients and manage their keys.",
        discussion: "A running server applies changes within a second.",
        subcommands: [
            ClientAdd.self, ClientList.self, ClientShow.self, ClientEdit.self, ClientDisable.self, ClientEnable.self,
            ClientRemove.self, ClientKeyCommand.self, ClientSecretCommand.self,
        ])
}

/// The client that a command is about, and its store.
struct ClientArguments: ParsableArguments {
    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var target: TargetOptions

    func details() async throws -> ClientDetails {
        try await target.withOperations { try await $0.clients.details(of: id) }
    }

    func setEnabled(_ isEnabled: Bool) async throws {
        try await target.withOperations { try await $0.clients.setEnabled(isEnabled, id, at: .now) }
        print("The client \(id) is \(isEnabled ? "enabled" : "disabled").")
    }
}

struct ClientList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the clients.",
        discussion: """
            EXAMPLES
              countersign client list
              countersign client list --search billing --state enabled
              countersign client list --json --data /var/lib/countersign
            """)

    @OptionGroup(title: "Filters") var filters: ClientFilterOptions
    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let filter = filters.filter
        let clients = try await target.withOperations { try await $0.clients.all(filter) }
        Listing.print(
            clients, json: json ? \.json : nil,
            empty: filter == ClientFilter() ? "No clients yet: countersign client add --help" : "No client matches.",
            columns: [
                ("CLIENT ID", \.client.id.text), ("NAME", \.client.name),
                ("STATE", { $0.client.isEnabled ? "enabled" : "disabled" }),
                ("REGISTERED BY", { $0.dynamic?.origin.text ?? "operator" }),
                ("SCOPES", { $0.client.scopes.joined(separator: " ") }),
            ])
    }
}

struct ClientShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a client and its keys.",
        discussion: """
            EXAMPLES
              countersign client show billing
              countersign client show billing --json
            """)

    @OptionGroup var client: ClientArguments

    @Flag(help: "Print the registration as JSON.")
    var json = false

    func run() async throws {
        let details = try await client.details()
        if json { JSONOutput.print(details.json) } else { print(details.text(at: .now)) }
    }
}

struct ClientDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Refuse a client without removing it.",
        discussion: """
            It gets the same response as an unknown client. Access tokens already issued to it stay valid until they expire.

            EXAMPLES
              countersign client disable billing
            """)

    @OptionGroup var client: ClientArguments

    func run() async throws { try await client.setEnabled(false) }
}

struct ClientEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Accept a disabled client again.",
        discussion: """
            EXAMPLES
              countersign client enable billing
            """)

    @OptionGroup var client: ClientArguments

    func run() async throws { try await client.setEnabled(true) }
}

struct ClientRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a client and its keys.",
        discussion: """
            Asks first on a terminal; otherwise --yes is needed. To refuse a client temporarily, use disable.

            EXAMPLES
              countersign client remove billing
              countersign client remove billing --yes
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var target: TargetOptions

    func run() async throws {
        try confirmation.requireAnswer()
        try await target.withOperations { operations in
            try confirmation.confirm(Self.question(try await operations.clients.details(of: id).registration))
            try await operations.clients.remove(id)
        }
        print("The client \(id) is removed.")
    }

    private static func question(_ registration: ClientRegistration) -> String {
        let keys = registration.keys.count == 1 ? "its key" : "its \(registration.keys.count) keys"
        return "Remove the client \(registration.client.id) (\(registration.client.name)) and \(keys)?"
    }
}
