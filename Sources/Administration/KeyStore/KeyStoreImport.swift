import Countersign
import Store

/// A plan for importing certificates into the key store: what becomes of each, decided before anything is changed.
package struct KeyStoreImport {
    package let file: CertificateFile
    package let rows: [Row]
    private let replaces: Bool
    private let addedAt: UnixTime

    /// What becomes of one certificate.
    package struct Row {
        package let entry: CertificateFile.Entry
        /// The alias under which it is kept.
        package let alias: ExactString
        /// Whether the alias is kept as one from a Java key store.
        package let isFromJava: Bool
        package let fate: Fate
        /// The client it would serve.
        package let use: KeyStoreUse
        /// How its alias was found, and which client it would serve.
        package let notes: [String]
    }

    package enum Fate: Equatable {
        case added
        case unchanged
        /// The certificate is there already and is now known to come from a Java key store.
        case recognised
        case replaced
        /// The alias has another certificate, which must not be replaced.
        case conflict
        /// It cannot be kept, for this reason.
        case leftAside(String)
    }

    /// - Parameters:
    ///   - alias: picks one entry of several, or names the only one.
    ///   - existing: the entries of the key store.
    ///   - clients: those the aliases could mean.
    /// - Throws: `KeyStoreFailure.noEntryInFile`.
    package init(
        _ file: CertificateFile, alias: String?, replaces: Bool, existing: [KeyStoreEntry], clients: ClientIDIndex,
        at now: UnixTime
    ) throws(KeyStoreFailure) {
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
            let use = KeyStoreUse(of: alias, isFromJava: isFromJava, isPlanned: true, clients)
            return Row(
                entry: entry, alias: alias, isFromJava: isFromJava,
                fate: Self.fate(of: entry, as: alias, isFromJava, known[alias], replaces: replaces), use: use,
                notes: [note, Self.service(use, alias)].compactMap(\.self))
        }
    }

    /// - Parameter store: `nil` stands for a store that does not exist yet.
    package init(
        _ file: CertificateFile, alias: String?, replaces: Bool, into store: (any Store)?, at now: UnixTime
    ) async throws {
        let aliases = (file.entries.map(\.alias) + (alias.map { [$0] } ?? [])).map { ExactString($0) }
        var clients = ClientIDIndex([])
        if let store { clients = try await ClientIDIndex(of: aliases, in: store) }
        try self.init(
            file, alias: alias, replaces: replaces, existing: try await store?.keyStore.entries() ?? [],
            clients: clients,
            at: now)
    }

    /// Whether another certificate is in the way; then nothing must be changed.
    package var hasConflict: Bool { rows.contains { $0.fate == .conflict } }

    package var changesAnything: Bool { rows.contains { $0.fate.isWritten } }

    /// Puts the certificates into a store.
    package func commit(to store: any Store) async throws(StoreError) {
        let entries = rows.filter(\.fate.isWritten).map { row in
            KeyStoreEntry(
                alias: row.alias, certificate: row.entry.certificate, jwk: row.entry.key.jwk,
                isFromJava: row.isFromJava, addedAt: addedAt)
        }
        _ = try await store.keyStore.put(entries, replaces: replaces)
    }

    /// The entry that `alias` picks, and how it was found.
    private static func entry(
        _ alias: String, in file: CertificateFile
    ) throws(KeyStoreFailure) -> (entry: CertificateFile.Entry, note: String?) {
        let wanted = ExactString(alias)
        if let exact = file.entries.first(where: { ExactString($0.alias) == wanted }) { return (exact, nil) }
        if file.entries.count == 1 { return (file.entries[0], nil) }
        let alike = file.entries.filter { ExactString($0.alias).asciiLowercased == wanted.asciiLowercased }
        guard alike.count == 1 else {
            throw .noEntryInFile(alias, file: file.name, aliases: file.entries.map(\.alias))
        }
        return (alike[0], "the file calls it '\(alike[0].alias)'")
    }

    /// The alias under which an entry is kept: its own, unless the key store has it under one alias that differs only in case and no
    /// client has its own alias as identifier.
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

    /// Whether the alias is kept as one from a Java key store. An alias given by hand is exact. A certificate that is there already
    /// keeps its mark, whatever file it now comes from; another one takes the mark of its own file.
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

    private static func service(_ use: KeyStoreUse, _ alias: ExactString) -> String {
        guard case .inForce(let client) = use else { return use.phrase(alias) }
        return client.value == alias ? "serves the client of this ID" : "serves the client \(client)"
    }
}

extension KeyStoreImport.Fate {
    /// Whether the key store has the certificate in the end.
    package var isKept: Bool { isWritten || self == .unchanged }

    var isWritten: Bool {
        switch self {
        case .added, .recognised, .replaced: true
        case .unchanged, .conflict, .leftAside: false
        }
    }

    /// The result in a word or two.
    package var name: String {
        switch self {
        case .added: "added"
        case .unchanged: "unchanged"
        case .recognised: "updated"
        case .replaced: "replaced"
        case .conflict: "conflict"
        case .leftAside: "left aside"
        }
    }

    /// The reason, where the name alone does not say it.
    package var reason: String? {
        switch self {
        case .added, .unchanged, .replaced: nil
        case .recognised: "it is in the key store already, and now known to come from a Java key store"
        case .conflict: "the alias has another certificate"
        case .leftAside(let reason): reason
        }
    }
}

extension KeyStoreImport {
    package var json: JSONObject {
        return [
            "file": .string(file.name),
            "entries": .array(
                rows.map { row in
                    let notes = ([row.fate.reason] + row.notes).compactMap(\.self)
                    return .object(
                        [
                            "alias": .string(row.alias), "found_as": .string(row.entry.alias),
                            "from_java_key_store": .boolean(row.isFromJava),
                            "client_id": .string(row.use.client?.value) ?? .null,
                            "result": .string(row.fate.name), "notes": .array(notes),
                            "certificate": .object(row.entry.certificate.facts.json),
                        ])
                }),
            "notes": .array(file.notes),
        ]
    }
}
