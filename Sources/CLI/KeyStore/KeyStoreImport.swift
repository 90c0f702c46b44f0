import Countersign
import CountersignJOSE
import CountersignStore
import CountersignStoreSQLite

/// Certificates on their way into the key store: what would become of each, decided before anything is changed.
struct KeyStoreImport {
    let file: CertificateFile
    let rows: [Row]
    private let replaces: Bool
    private let addedAt: UnixTime

    /// What becomes of one certificate.
    struct Row {
        /// As the file has it.
        let found: String
        /// Under which it is kept.
        let alias: ExactString
        let entry: CertificateFile.Entry
        let fate: Fate
        /// Which client it serves, and whatever else there is to say.
        let notes: [String]
    }

    /// What becomes of an entry.
    enum Fate: Equatable {
        case added
        case unchanged
        case replaced
        /// The alias has another certificate, which may not be replaced.
        case conflict
        /// It cannot be kept, and why.
        case leftAside(String)
    }

    /// - Parameters:
    ///   - alias: picks one entry of several, or names the one there is.
    ///   - existing: the key store as it is.
    ///   - clients: those the aliases could mean.
    /// - Throws: `CommandFailure` where `alias` picks none.
    init(
        _ file: CertificateFile, alias: String?, replaces: Bool, existing: [KeyStoreEntry], clients: ClientIDIndex,
        at now: UnixTime
    ) throws {
        self.file = file
        self.replaces = replaces
        addedAt = now
        let known = Dictionary(existing.map { ($0.alias, $0) }, uniquingKeysWith: { first, _ in first })
        let own = Set(file.entries.map { ExactString($0.alias) })
        let chosen: [(entry: CertificateFile.Entry, alias: ExactString, note: String?)]
        if let alias {
            let (entry, note) = try Self.entry(alias, in: file)
            chosen = [(entry, ExactString(alias), note)]
        } else {
            chosen = file.entries.map { Self.renamed($0, own, clients) }
        }
        rows = chosen.map { entry, alias, note in
            let fate = Self.fate(of: entry, as: alias, known[alias], replaces: replaces)
            return Row(
                found: entry.alias, alias: alias, entry: entry, fate: fate,
                notes: [note, Self.service(of: alias, clients)].compactMap(\.self))
        }
    }

    /// Plans an import into the store of a directory, which need not be there yet.
    static func prepared(
        _ file: CertificateFile, alias: String?, replaces: Bool, in directory: String
    ) async throws -> KeyStoreImport {
        guard SQLiteStore.exists(in: directory) else {
            return try KeyStoreImport(
                file, alias: alias, replaces: replaces, existing: [], clients: ClientIDIndex([]), at: .now)
        }
        return try await OpenedStore.with(directory) { store in
            let aliases = file.entries.map(\.alias) + (alias.map { [$0] } ?? [])
            return try KeyStoreImport(
                file, alias: alias, replaces: replaces, existing: try await store.entries(),
                clients: try await ClientIDIndex(of: aliases, in: store), at: .now)
        }
    }

    /// Whether an entry is in the way; then nothing is to be changed.
    var hasConflict: Bool { rows.contains { $0.fate == .conflict } }

    /// Whether there is anything to write.
    var changesAnything: Bool { rows.contains { $0.fate == .added || $0.fate == .replaced } }

    /// Puts the certificates into the store of a directory; it is made where it is missing.
    func commit(to directory: String) async throws {
        guard changesAnything else { return }
        let entries = rows.filter { $0.fate == .added || $0.fate == .replaced }.map { row in
            KeyStoreEntry(
                alias: row.alias, certificate: row.entry.certificate, jwk: row.entry.key.jwk, addedAt: addedAt)
        }
        try await OpenedStore.with(directory, creating: true) { store in
            _ = try await store.put(entries, replaces: replaces)
        }
    }

    /// The one entry that is meant, and how it was found.
    private static func entry(
        _ alias: String, in file: CertificateFile
    ) throws -> (entry: CertificateFile.Entry, note: String?) {
        let wanted = ExactString(alias)
        if let exact = file.entries.first(where: { ExactString($0.alias) == wanted }) { return (exact, nil) }
        if file.entries.count == 1 { return (file.entries[0], nil) }
        let alike = file.entries.filter { ExactString($0.alias).lowercased == wanted.lowercased }
        guard alike.count == 1 else {
            let names = file.entries.prefix(10).map(\.alias).joined(separator: ", ")
            let more = file.entries.count > 10 ? " and \(file.entries.count - 10) more" : ""
            throw CommandFailure("\(file.name): there is no entry '\(alias)', but \(names)\(more).")
        }
        return (alike[0], "the file calls it '\(alike[0].alias)'")
    }

    /// `keytool` writes aliases in lower case. Where that hides exactly one client, the entry gets the client's own identifier;
    /// the server never looks an alias up in any other way than byte for byte.
    private static func renamed(
        _ entry: CertificateFile.Entry, _ own: Set<ExactString>, _ clients: ClientIDIndex
    ) -> (entry: CertificateFile.Entry, alias: ExactString, note: String?) {
        let alias = ExactString(entry.alias)
        guard clients.client(alias) == nil else { return (entry, alias, nil) }
        let alike = clients.lookalikes(of: alias)
        guard let client = alike.first else { return (entry, alias, nil) }
        let isOnlyOne = own.filter { $0.lowercased == alias.lowercased }.count == 1
        guard alike.count == 1, isOnlyOne else { return (entry, alias, nil) }
        return (entry, client.value, "'\(entry.alias)' in the file; the client's ID is \(client)")
    }

    private static func fate(
        of entry: CertificateFile.Entry, as alias: ExactString, _ existing: KeyStoreEntry?, replaces: Bool
    ) -> Fate {
        guard ClientID(alias).isRegistrable else {
            return .leftAside("an alias has 1 to 255 bytes and no control characters")
        }
        guard let existing else { return .added }
        if existing.certificate.der == entry.certificate.der { return .unchanged }
        return replaces ? .replaced : .conflict
    }

    private static func service(of alias: ExactString, _ clients: ClientIDIndex) -> String {
        guard let client = clients.client(alias), let source = clients.sources[client] else {
            let alike = clients.lookalikes(of: alias).map(\.text).joined(separator: ", ")
            return alike.isEmpty
                ? "no client has this ID" : "serves nobody: differs in case from \(alike); --alias names it right"
        }
        return switch source {
        case .own: "not in force: the client has keys of its own"
        case .keySet: "not in force: the client has a key set at a URL"
        case .keyStore, .none: "serves the client of this ID"
        }
    }
}
