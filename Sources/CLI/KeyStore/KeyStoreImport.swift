import Countersign
import CountersignJOSE
import SQLite
import Store

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
        /// Whether the alias is kept as one of a Java key store.
        let isFromJava: Bool
        let fate: Fate
        /// The client it serves, or would serve if the client had no other keys.
        let client: ClientID?
        /// Whether no client has an identifier that the alias could mean.
        let isWithoutClient: Bool
        /// Which client it serves, and whatever else there is to say.
        let notes: [String]
    }

    /// What becomes of an entry.
    enum Fate: Equatable {
        case added
        case unchanged
        /// It is there already, and is from now on kept as one of a Java key store.
        case recognised
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
            chosen = file.entries.map { Self.kept($0, own, existing, clients) }
        }
        rows = chosen.map { entry, alias, note in
            let isFromJava = Self.isFromJava(entry, as: alias, known[alias])
            return Row(
                found: entry.alias, alias: alias, entry: entry, isFromJava: isFromJava,
                fate: Self.fate(of: entry, as: alias, isFromJava, known[alias], replaces: replaces),
                client: clients.client(of: alias, isFromJava: isFromJava),
                isWithoutClient: clients.clients(alike: alias).isEmpty,
                notes: [note, Self.service(of: alias, isFromJava, clients)].compactMap(\.self))
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
                file, alias: alias, replaces: replaces, existing: try await store.keyStore.entries(),
                clients: try await ClientIDIndex(of: aliases, in: store), at: .now)
        }
    }

    /// Whether an entry is in the way; then nothing is to be changed.
    var hasConflict: Bool { rows.contains { $0.fate == .conflict } }

    /// Whether there is anything to write.
    var changesAnything: Bool { rows.contains { $0.fate.isWritten } }

    /// Puts the certificates into the store of a directory; it is made where it is missing.
    func commit(to directory: String) async throws {
        guard changesAnything else { return }
        let entries = rows.filter(\.fate.isWritten).map { row in
            KeyStoreEntry(
                alias: row.alias, certificate: row.entry.certificate, jwk: row.entry.key.jwk,
                isFromJava: row.isFromJava,
                addedAt: addedAt)
        }
        try await OpenedStore.with(directory, creating: true) { store in
            _ = try await store.keyStore.put(entries, replaces: replaces)
        }
    }

    /// The one entry that is meant, and how it was found.
    private static func entry(
        _ alias: String, in file: CertificateFile
    ) throws -> (entry: CertificateFile.Entry, note: String?) {
        let wanted = ExactString(alias)
        if let exact = file.entries.first(where: { ExactString($0.alias) == wanted }) { return (exact, nil) }
        if file.entries.count == 1 { return (file.entries[0], nil) }
        let alike = file.entries.filter { ExactString($0.alias).asciiLowercased == wanted.asciiLowercased }
        guard alike.count == 1 else {
            let names = file.entries.prefix(10).map(\.alias).joined(separator: ", ")
            let more = file.entries.count > 10 ? " and \(file.entries.count - 10) more" : ""
            throw CommandFailure("\(file.name): there is no entry '\(alias)', but \(names)\(more).")
        }
        return (alike[0], "the file calls it '\(alike[0].alias)'")
    }

    /// Under which alias an entry is kept: its own. Where the key store has it under a name that differs in case, and no client has
    /// the alias as its identifier, it is the entry of that name.
    private static func kept(
        _ entry: CertificateFile.Entry, _ own: Set<ExactString>, _ existing: [KeyStoreEntry], _ clients: ClientIDIndex
    ) -> (entry: CertificateFile.Entry, alias: ExactString, note: String?) {
        let alias = ExactString(entry.alias)
        let alike = existing.map(\.alias).filter { $0.asciiLowercased == alias.asciiLowercased }
        guard entry.isFromJava, alike.count == 1, let name = alike.first, name != alias,
            clients.client(of: alias, isFromJava: false) == nil,
            own.filter({ $0.asciiLowercased == alias.asciiLowercased }).count == 1
        else { return (entry, alias, nil) }
        return (entry, name, "'\(entry.alias)' in the file; the key store has it as \(name)")
    }

    /// Whether the alias is kept as one of a Java key store. A name that was given by hand is exact. A certificate that is there already
    /// stays what it is, whatever file it stands in; another one is what its own file says.
    private static func isFromJava(
        _ entry: CertificateFile.Entry, as alias: ExactString, _ existing: KeyStoreEntry?
    ) -> Bool {
        if entry.isFromJava, ExactString(entry.alias) == alias { return true }
        guard let existing, existing.isFromJava else { return false }
        return entry.isFromJava || existing.certificate.der == entry.certificate.der
    }

    private static func fate(
        of entry: CertificateFile.Entry, as alias: ExactString, _ isFromJava: Bool, _ existing: KeyStoreEntry?,
        replaces: Bool
    ) -> Fate {
        guard ClientID(alias).isRegistrable else {
            return .leftAside("an alias has 1 to 255 bytes and no control characters")
        }
        guard let existing else { return .added }
        if existing.certificate.der == entry.certificate.der {
            return existing.isFromJava == isFromJava ? .unchanged : .recognised
        }
        return replaces ? .replaced : .conflict
    }

    private static func service(of alias: ExactString, _ isFromJava: Bool, _ clients: ClientIDIndex) -> String {
        guard let client = clients.client(of: alias, isFromJava: isFromJava), let source = clients.sources[client]
        else {
            let alike = clients.clients(alike: alias).map(\.text).joined(separator: ", ")
            guard !alike.isEmpty else { return "no client has this ID" }
            return isFromJava
                ? "serves none of the clients \(alike), which differ in case alone"
                : "serves nobody: differs in case from \(alike); --alias names it right"
        }
        return switch source {
        case .own: "not in force: the client has keys of its own"
        case .keySet: "not in force: the client has a key set at a URL"
        case .keyStore(let other) where other != alias: "not in force: the entry \(other) goes first"
        case .keyStore, .none:
            client.value == alias ? "serves the client of this ID" : "serves the client \(client)"
        }
    }
}

extension KeyStoreImport.Fate {
    /// Whether the key store has the certificate in the end.
    var isKept: Bool { isWritten || self == .unchanged }

    /// Whether something is to be written.
    var isWritten: Bool {
        switch self {
        case .added, .recognised, .replaced: true
        case .unchanged, .conflict, .leftAside: false
        }
    }
}
