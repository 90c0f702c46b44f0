import CountersignKeyFiles
@_exported import Server

/// A plan for importing certificates into the key store: the result for each, decided before anything changes.
package struct KeyStoreImport {
    package let file: CertificateFile
    package let rows: [Row]
    /// Selects one of several entries, or names the only one.
    package let alias: String?
    package let replaces: Bool
    private let addedAt: UnixTime
    /// The entity tag that a server has given the plan; `nil` for a plan that was made here.
    package let tag: String?

    /// The planned result for one certificate.
    package struct Row {
        package let entry: CertificateFile.Entry
        /// The alias under which it is stored.
        package let alias: ExactString
        /// Whether it is stored as an entry from a Java key store.
        package let isFromJava: Bool
        package let outcome: Outcome
        /// The client it would serve.
        package let use: KeyStoreUse
        /// How its alias was found, and which client it would serve.
        package let notes: [String]
        /// The SHA-256 thumbprint of the certificate that the alias had when this was planned; `nil` if it had none.
        package var existing: ExactString?
    }

    /// The raw value names it in reports.
    package enum Outcome: String, CaseIterable {
        case added
        case unchanged
        /// The certificate is already present and now known to come from a Java key store.
        case markedAsJava = "updated"
        case replaced
        /// The alias has a different certificate, which must not be replaced.
        case conflict
        /// Its alias cannot be registered.
        case skipped

        /// Whether the key store contains the certificate afterwards.
        package var isKept: Bool { isWritten || self == .unchanged }

        var isWritten: Bool { [.added, .markedAsJava, .replaced].contains(self) }

        /// The reason, unless the name says enough.
        package var reason: String? {
            switch self {
            case .added, .unchanged, .replaced: nil
            case .markedAsJava: "it is in the key store already, and now known to come from a Java key store"
            case .conflict: "the alias has another certificate"
            case .skipped: "an alias has 1 to 255 bytes and no control characters"
            }
        }
    }

    /// - Parameters:
    ///   - alias: selects one of several entries, or names the only one.
    ///   - existing: the entries of the key store.
    ///   - clients: the clients that the aliases could match.
    /// - Throws: `KeyStoreFailure.noEntryInFile`.
    package init(
        _ file: CertificateFile, alias: String?, replaces: Bool, existing: [KeyStoreEntry], clients: ClientIDIndex,
        at now: UnixTime
    ) throws(KeyStoreFailure) {
        self.file = file
        self.alias = alias
        self.replaces = replaces
        addedAt = now
        tag = nil
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
                outcome: Self.outcome(of: entry, as: alias, isFromJava, known[alias], replaces: replaces), use: use,
                notes: [note, Self.service(use, alias)].compactMap(\.self),
                existing: known[alias]?.certificate.facts.thumbprintSHA256)
        }
    }

    /// - Parameter store: `nil` for a store that does not exist yet.
    package init(
        _ file: CertificateFile, alias: String?, replaces: Bool, into store: (any Store)?, at now: UnixTime
    ) async throws {
        let aliases = (file.entries.map(\.alias) + (alias.map { [$0] } ?? [])).map { ExactString($0) }
        var clients = ClientIDIndex([])
        if let store { clients = try await ClientIDIndex(of: aliases, in: store) }
        try self.init(
            file, alias: alias, replaces: replaces, existing: try await store?.keyStore.entries() ?? [],
            clients: clients, at: now)
    }

    /// Whether an alias has a different certificate; then nothing may be changed.
    package var hasConflict: Bool { rows.contains { $0.outcome == .conflict } }

    package var changesAnything: Bool { rows.contains { $0.outcome.isWritten } }

    /// Writes the planned entries to a store.
    ///
    /// - Throws: `changed`, without a change, if an alias has another certificate than when this was planned.
    package func commit(to store: any Store) async throws(StoreError) {
        let planned = rows.filter(\.outcome.isWritten).map { row in
            (alias: row.alias, existing: row.existing, new: row.entry.certificate.facts.thumbprintSHA256)
        }
        let condition = ChangeCondition { records in
            try planned.allSatisfy { row in
                let found = try records.keyStoreEntry(row.alias)?.certificate.facts.thumbprintSHA256
                return found == row.existing || found == row.new
            }
        }
        let entries = rows.filter(\.outcome.isWritten).map { row in
            KeyStoreEntry(
                alias: row.alias, certificate: row.entry.certificate, jwk: row.entry.key.jwk,
                isFromJava: row.isFromJava, addedAt: addedAt)
        }
        _ = try await store.requiring(condition).keyStore.put(entries, replaces: replaces)
    }

    /// Returns the entry that `alias` selects, and how it was found.
    private static func entry(
        _ alias: String, in file: CertificateFile
    ) throws(KeyStoreFailure) -> (entry: CertificateFile.Entry, note: String?) {
        let wanted = ExactString(alias)
        if let exact = file.entries.first(where: { ExactString($0.alias) == wanted }) { return (exact, nil) }
        if file.entries.count == 1 { return (file.entries[0], nil) }
        let matches = file.entries.filter { ExactString($0.alias).asciiLowercased == wanted.asciiLowercased }
        guard matches.count == 1 else {
            throw .noEntryInFile(alias, file: file.name, aliases: file.entries.map(\.alias))
        }
        return (matches[0], "the file calls it '\(matches[0].alias)'")
    }

    /// Returns an entry's own alias, or the key store's only alias that differs in case if no client ID equals the entry's own.
    private static func kept(
        _ entry: CertificateFile.Entry, _ own: Set<ExactString>, _ existing: [KeyStoreEntry], _ clients: ClientIDIndex
    ) -> (entry: CertificateFile.Entry, alias: ExactString, note: String?) {
        let alias = ExactString(entry.alias)
        let matches = existing.map(\.alias).filter { $0.asciiLowercased == alias.asciiLowercased }
        guard entry.isFromJava, matches.count == 1, let name = matches.first, name != alias,
            clients.client(of: alias, isFromJava: false) == nil,
            own.filter({ $0.asciiLowercased == alias.asciiLowercased }).count == 1
        else { return (entry, alias, nil) }
        return (entry, name, "'\(entry.alias)' in the file; the key store has it as \(name)")
    }

    /// Returns whether the entry is stored as one from a Java key store. An alias given by the operator is exact. A certificate that is
    /// already present keeps its mark, whatever file it now comes from; any other takes the mark of its file.
    private static func isFromJava(
        _ entry: CertificateFile.Entry, as alias: ExactString, _ existing: KeyStoreEntry?
    ) -> Bool {
        if entry.isFromJava, ExactString(entry.alias) == alias { return true }
        guard let existing, existing.isFromJava else { return false }
        return entry.isFromJava || existing.certificate.der == entry.certificate.der
    }

    private static func outcome(
        of entry: CertificateFile.Entry, as alias: ExactString, _ isFromJava: Bool, _ existing: KeyStoreEntry?,
        replaces: Bool
    ) -> Outcome {
        guard ClientID(alias).isRegistrable else { return .skipped }
        guard let existing else { return .added }
        if existing.certificate.der == entry.certificate.der {
            return existing.isFromJava == isFromJava ? .unchanged : .markedAsJava
        }
        return replaces ? .replaced : .conflict
    }

    private static func service(_ use: KeyStoreUse, _ alias: ExactString) -> String {
        guard case .inForce(let client) = use else { return use.phrase(alias) }
        return client.value == alias ? "serves the client of this ID" : "serves the client \(client)"
    }
}

extension KeyStoreImport {
    package var json: JSONObject {
        let entries: [JSONObject] = rows.map { row in
            [
                "alias": .string(row.alias), "found_as": .string(row.entry.alias),
                "from_java_key_store": .boolean(row.isFromJava),
                "client_id": .string(row.use.client?.value) ?? .null, "serves": .object(row.use.json),
                "result": .string(row.outcome.rawValue),
                "notes": .array([row.outcome.reason].compactMap(\.self) + row.notes),
                "certificate": .object(row.entry.certificate.facts.json),
            ]
        }
        return ["file": .string(file.name), "entries": .array(entries), "notes": .array(file.notes)]
    }

    /// What the plan says and what it was made from: it is another one if the key store has changed in what it is about.
    package var version: JSONObject {
        var object = json
        object.set("existing", .array(rows.map { .string($0.existing) ?? .null }))
        return object
    }
}

extension KeyStoreImport {
    /// The plan of a server for a file that was read here.
    ///
    /// - Parameters:
    ///   - answer: as `json` renders it.
    ///   - tag: the entity tag of the answer.
    package init(
        answer object: JSONObject, tag: String?, for file: CertificateFile, alias: String?, replaces: Bool,
        at now: UnixTime
    ) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        rows = reader.objects("entries") { object throws(InvalidDocument) -> Row in
            var reader = DocumentReader(object)
            let found = reader.requiredText("found_as")
            let outcome = reader.choice("result", of: Outcome.self)
            let use = reader.object("serves") { object throws(InvalidDocument) in try KeyStoreUse(answer: object) }
            let (alias, notes) = (reader.requiredText("alias"), reader.requiredTexts("notes"))
            let isFromJava = reader.requiredBoolean("from_java_key_store")
            try reader.finishIgnoringOthers()
            guard let outcome, let use, let entry = file.entries.first(where: { $0.alias == found }) else {
                throw InvalidDocument([DocumentFault(.document.appending("entries"), "It is of another file")])
            }
            return Row(
                entry: entry, alias: ExactString(alias), isFromJava: isFromJava, outcome: outcome, use: use,
                notes: Array(notes.dropFirst(outcome.reason == nil ? 0 : 1)))
        }
        try reader.finishIgnoringOthers()
        self.file = file
        self.alias = alias
        self.replaces = replaces
        self.tag = tag
        addedAt = now
    }
}

extension CertificateFile {
    /// The certificates alone, without the file's private keys.
    package var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "alias": .string(entry.alias), "pem": .string(CertificateDetails.pem(entry.certificate.der)),
                    "from_java_key_store": .boolean(entry.isFromJava),
                ]
            })
    }
}
