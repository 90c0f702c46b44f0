import ArgumentParser

/// `countersign keystore`: certificates under aliases.
struct KeyStoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keystore", abstract: "Import certificates and manage them.",
        discussion: """
            An entry whose alias is a client's ID, byte for byte, serves that client, unless the client has keys of its own \
            or a key set at a URL. A running server honours a change within a second.
            """,
        subcommands: [
            KeyStoreImportCommand.self, KeyStoreList.self, KeyStoreShow.self, KeyStoreExport.self, KeyStoreRemove.self,
        ])
}
