import ArgumentParser
import Countersign
import Store

/// `countersign client disable`.
struct ClientDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Keep a client out without removing it.",
        discussion: """
            It is answered like an unknown client. Access tokens it has already stay valid until they expire.

            EXAMPLES
              countersign client disable billing
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await store.withStore { try await $0.clients.setEnabled(false, ClientID(id), at: .now) }
        print("The client \(id) is disabled.")
    }
}

/// `countersign client enable`.
struct ClientEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a disabled client in again.",
        discussion: """
            EXAMPLES
              countersign client enable billing
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await store.withStore { try await $0.clients.setEnabled(true, ClientID(id), at: .now) }
        print("The client \(id) is enabled.")
    }
}
