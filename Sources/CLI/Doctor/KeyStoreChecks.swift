import Countersign
import CountersignJOSE
import Store

/// What can be wrong with entries of the key store.
enum KeyStoreChecks {
    static func findings(_ entries: [KeyStoreEntry], _ clients: ClientIDIndex) -> [Finding] {
        entries.compactMap { entry in
            let alias = entry.alias.text
            switch KeyStoreEntryDetails(entry, clients).use {
            case .inForce: return nil
            case .unused:
                return Finding(
                    .warning, .keyStore, "The key store's entry \(alias) serves nobody: no client has this ID.",
                    remedy: ShellCommand.text(["keystore", "remove"], on: alias))
            case .overridden(let client, _):
                return Finding(
                    .warning, .keyStore,
                    "The key store's entry \(alias) is without effect: the client has other keys, which go first.",
                    remedy: ShellCommand.show(client.text))
            case .lookalike(let alike):
                let names = alike.map(\.text).joined(separator: ", ")
                return Finding(
                    .warning, .keyStore,
                    "The key store's entry \(alias) serves nobody: it differs only in case from the client \(names).",
                    remedy: ShellCommand.text(["keystore", "export"], on: alias, ["--out", "FILE"])
                        + ", then " + ShellCommand.importing(as: alike.first?.text ?? "ID"))
            case .severalClients(let alike):
                let names = alike.map(\.text).joined(separator: ", ")
                return Finding(
                    .warning, .keyStore,
                    """
                    The key store's entry \(alias) serves nobody: it came from a Java key store, which does not tell upper \
                    from lower case, and could mean each of the clients \(names).
                    """,
                    remedy: ShellCommand.text(["keystore", "export"], on: alias, ["--out", "FILE"])
                        + ", then countersign client edit ID --certificate FILE for the one that is meant")
            case .severalEntries(let client):
                return Finding(
                    .warning, .keyStore,
                    """
                    The key store's entry \(alias) serves nobody: it came from a Java key store, and another such entry could \
                    mean the client \(client) too.
                    """,
                    remedy: ShellCommand.text(["keystore", "remove"], on: alias) + ", or the other one")
            }
        }
    }
}
