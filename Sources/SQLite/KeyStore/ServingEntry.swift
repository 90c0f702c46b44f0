import Countersign
import CountersignJOSE
import GRDB
import Store

/// Which entry of the key store serves a client, decided when the client is read: it does not matter which of the two was there
/// first.
enum ServingEntry {
    case entry(KeyStoreEntry)
    /// There are entries that could mean it, and nothing says which client each means.
    case ambiguous(AliasAmbiguity)
    case none

    /// The entry of the client's identifier, and those from Java key stores that differ from it in case alone.
    static let query = """
        SELECT * FROM key_store_entry WHERE alias = ?1
        UNION ALL
        SELECT * FROM key_store_entry WHERE alias = ?1 COLLATE NOCASE AND is_from_java AND alias <> ?1
        ORDER BY alias LIMIT 9
        """

    /// Clients that an alias without case could mean.
    static let clientsAlike = "SELECT id FROM client WHERE id = ? COLLATE NOCASE ORDER BY id LIMIT ?"

    init(of id: ClientID, _ db: Database) throws {
        let entries = try Row.fetchAll(db.cachedStatement(sql: Self.query), arguments: [id.text]).map(KeyStoreRow.entry)
        let exact = entries.first { $0.alias == id.value }
        guard let entry = exact ?? entries.first else {
            self = .none
            return
        }
        guard entry.isFromJava else {
            self = .entry(entry)
            return
        }
        let clients = try String.fetchAll(db.cachedStatement(sql: Self.clientsAlike), arguments: [id.text, 8])
        if clients.count > 1 {
            self = .ambiguous(.severalClients(alias: entry.alias, clients.map { ClientID($0) }))
        } else if exact != nil || entries.count == 1 {
            self = .entry(entry)
        } else {
            self = .ambiguous(.severalEntries(entries.map(\.alias)))
        }
    }

    var entry: KeyStoreEntry? {
        if case .entry(let entry) = self { entry } else { nil }
    }

    var ambiguity: AliasAmbiguity? {
        if case .ambiguous(let ambiguity) = self { ambiguity } else { nil }
    }
}
