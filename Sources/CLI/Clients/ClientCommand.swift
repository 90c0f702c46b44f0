import ArgumentParser

/// `countersign client`: the clients in a store, whether a server runs on it or not.
struct ClientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Register clients and manage their keys.",
        discussion: "A running server honours a change within a second.",
        subcommands: [
            ClientAdd.self, ClientList.self, ClientShow.self, ClientEdit.self, ClientDisable.self, ClientEnable.self,
            ClientRemove.self, ClientKeyCommand.self,
        ])
}
