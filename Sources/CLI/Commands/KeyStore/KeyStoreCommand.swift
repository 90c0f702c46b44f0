import Administration
import ArgumentParser

struct KeyStoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keystore", abstract: "Import certificates and manage them.",
        discussion: """
            An entry whose alias is a client's ID, byte for byte, serves that client, unless the client has keys of its own \
            or a key set at a URL. A running server applies changes within a second.
            """,
        subcommands: [
            KeyStoreImportCommand.self, KeyStoreList.self, KeyStoreShow.self, KeyStoreExport.self, KeyStoreRemove.self,
        ])
}

struct KeyStoreList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the entries.",
        discussion: """
            EXAMPLES
              countersign keystore list
              countersign keystore list --json --data /var/lib/countersign
            """)

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let now = UnixTime.now
        let details = try await store.withStore { try await KeyStoreEntryDetails.all(in: $0) }
        Listing.print(
            details, json: json ? { $0.json } : nil,
            empty: "The key store is empty: countersign keystore import --help",
            columns: [
                ("ALIAS", \.entry.alias.text), ("KEY", \.entry.jwk.key.summary),
                ("VALID UNTIL", \.entry.certificate.facts.notAfter.text),
                ("STATE", { $0.entry.certificate.facts.lapse(at: now) ?? "valid" }),
                ("CLIENT", { $0.use.phrase($0.entry.alias) }),
            ])
    }
}

struct KeyStoreShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an entry and the client it serves.",
        discussion: """
            EXAMPLES
              countersign keystore show billing
              countersign keystore show billing --json
            """)

    @Argument(help: "The alias.", completion: StoreNames.aliases)
    var alias: String

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let details = try await store.withStore { try await KeyStoreEntryDetails.entry(alias, in: $0) }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: .now)) }
    }
}
