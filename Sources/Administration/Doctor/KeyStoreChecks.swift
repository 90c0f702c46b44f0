enum KeyStoreChecks {
    static func findings(_ entries: [KeyStoreEntryDetails]) -> [Finding] {
        entries.compactMap { details in
            let alias = details.entry.alias
            switch details.use {
            case .inForce: return nil
            case .unused:
                return Finding(
                    .warning, .keyStore, "The key store's entry \(alias.text) serves no client: no client has this ID.",
                    remedy: .removeEntry(alias))
            case .overridden(let client, _):
                return Finding(
                    .warning, .keyStore,
                    "The key store's entry \(alias.text) has no effect: the client has other keys, which take precedence.",
                    remedy: .showClient(client))
            case .lookalike(let alike):
                let names = alike.map(\.text).joined(separator: ", ")
                return Finding(
                    .warning, .keyStore,
                    "The key store's entry \(alias.text) serves no client: it differs only in case from the client \(names).",
                    remedy: .renameEntry(alias, to: alike.first?.text ?? "ID"))
            case .severalClients(let alike):
                let names = alike.map(\.text).joined(separator: ", ")
                return Finding(
                    .warning, .keyStore,
                    """
                    The key store's entry \(alias.text) serves no client: it came from a Java key store, which does not tell upper \
                    from lower case, and could mean each of the clients \(names).
                    """,
                    remedy: .moveEntryToChosenClient(alias))
            case .severalEntries(let client):
                return Finding(
                    .warning, .keyStore,
                    """
                    The key store's entry \(alias.text) serves no client: it came from a Java key store, and another such entry could \
                    mean the client \(client) too.
                    """,
                    remedy: .removeEntryOrOther(alias))
            }
        }
    }
}
