import Administration
import ArgumentParser

struct KeyStoreRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an entry.",
        discussion: """
            Asks first on a terminal; otherwise --yes is needed. A client that authenticates with the entry cannot authenticate \
            from then on.

            EXAMPLES
              countersign keystore remove billing
              countersign keystore remove billing --yes
            """)

    @Argument(help: "The alias.", completion: StoreNames.aliases)
    var alias: String

    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var store: StoreOptions

    func run() async throws {
        try confirmation.requireAnswer()
        let client = try await store.withStore { store in
            let details = try await KeyStoreEntryDetails.entry(alias, in: store)
            let client = details.use.isInForce ? details.use.client : nil
            let use = client.map { ", with which the client \($0) authenticates" } ?? ""
            try confirmation.confirm("Remove the entry \(alias) (\(details.entry.certificate.facts.subject))\(use)?")
            try await store.keyStore.remove(details.entry.alias)
            return client
        }
        if let client {
            Terminal.warn("The client \(client) has no key any more, so it cannot authenticate.")
        }
        print("The entry \(VisibleText.of(alias)) is removed.")
    }
}
