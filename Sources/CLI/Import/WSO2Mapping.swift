/// Where each setting of the original authenticator has its place here.
struct WSO2Mapping {
    let deployment: Deployment
    let placeholders: Placeholders

    /// Sorts everything the file says.
    ///
    /// - Throws: `ConfigurationError` where the authenticator or its cache is configured twice: nobody knows which one counts.
    func migration() throws(ConfigurationError) -> Migration {
        var migration = Migration()
        var seen: [String: Int?] = [:]
        for table in deployment.tables {
            guard let block = Block(table) else {
                migration.rows += rows(of: table)
                continue
            }
            if let first = seen.updateValue(table.line, forKey: table.name) {
                throw ConfigurationError(
                    .file(deployment.name, line: table.line), key: table.name,
                    "\(block.identifier) stands here a second time" + (first.map { ", after line \($0)" } ?? ""),
                    allowed: "one block")
            }
            migration.rows += rows(of: block, table)
        }
        migration.rows.sort { ($0.line ?? .max) < ($1.line ?? .max) }
        return migration
    }

    /// One of the two blocks that are the authenticator's own, and the same here.
    private struct Block {
        let identifier: String
        let identifiedBy: String
        let entry: any SettingEntry

        init?(_ table: Deployment.Table) {
            switch (table.isElement, table.name) {
            case (true, "event_listener"): (identifier, identifiedBy) = ("private_key_jwt_authenticator", "id")
            case (true, "cache.manager"): (identifier, identifiedBy) = ("PrivateKeyJWT", "name")
            default: return nil
            }
            guard table[identifiedBy]?.written.plain == identifier,
                let entry = Settings.entry("\(table.name).\(identifiedBy)")
            else { return nil }
            self.entry = entry
        }
    }

    /// Keys of the blocks that are accepted here and have no effect.
    private static let withoutEffect = ["event_listener.type", "event_listener.name", "event_listener.order"]

    /// Keys of other tables that have a place here.
    private static let moved: [String: any SettingEntry] = [
        "oauth.token_validation.app_access_token_validity": Settings.known.tokenLifetime
    ]

    private func rows(of block: Block, _ table: Deployment.Table) -> [Migration.Row] {
        table.values.map { value in
            let key = "\(table.name).\(value.key)"
            if Self.withoutEffect.contains(key) {
                return row(value, key, .leftAside("has no effect here: there is no chain of listeners"))
            }
            guard let entry = Settings.entry(key) else {
                return row(value, key, .leftAside("no setting of the authenticator that is known here"))
            }
            return row(value, as: entry, key)
        }
    }

    private func rows(of table: Deployment.Table) -> [Migration.Row] {
        var rows: [Migration.Row] = []
        for value in table.values where !table.isElement {
            let key = "\(table.name).\(value.key)"
            if let entry = Self.moved[key] {
                rows.append(row(value, as: entry, key))
            } else if key == "server.hostname" {
                rows.append(row(value, key, suggestion(forHost: value)))
            }
        }
        let rest = table.values.count - rows.count
        guard rest > 0 else { return rows }
        let name = table.isElement ? (table["id"] ?? table["name"])?.written.plain.map { " \($0)" } ?? "" : ""
        let others = rows.isEmpty ? "" : ", the other \(rest == 1 ? "key" : "\(rest) keys")"
        rows.append(
            Migration.Row(
                line: table.line, found: table.header + name + others,
                fate: .leftAside(WSO2Tables.reason(table.name, isElement: table.isElement))))
        return rows
    }

    private func row(_ value: Deployment.Value, _ key: String, _ fate: Migration.Fate) -> Migration.Row {
        Migration.Row(line: value.origin.line, found: key, fate: fate)
    }

    private func row(_ value: Deployment.Value, as entry: any SettingEntry, _ key: String) -> Migration.Row {
        if let text = value.written.plain, case .refused(let refusals) = placeholders.fill(text) {
            var row = row(value, key, .leftAside(refusals.map(\.problem).joined(separator: "; ")))
            row.refusals = refusals.map {
                ConfigurationError(value.origin, key: key, $0.problem, allowed: $0.remedy)
            }
            return row
        }
        return row(value, key, fate(of: value, as: entry))
    }

    private func fate(of value: Deployment.Value, as entry: any SettingEntry) -> Migration.Fate {
        var given = GivenValue(value: value.written, origin: value.origin)
        var notes: [String] = []
        if let text = value.written.plain {
            switch placeholders.fill(text) {
            case .same: break
            case .filled(let filled, let phrases):
                given = GivenValue(value: .text(filled), origin: value.origin)
                notes += phrases
            case .unknown(let reason): return .leftAside("\(reason): set \(entry.key) yourself")
            case .refused(let refusals): return .leftAside(refusals.map(\.problem).joined(separator: "; "))
            }
        }
        if let problem = entry.problem(with: given) {
            return .leftAside(problem.problem + (problem.allowed.map { "; allowed: \($0)" } ?? ""))
        }
        guard let setting = ImportedSetting(entry, given) else { return .leftAside("cannot be read") }
        if entry.key == Settings.known.tokenEndpointAlias.key {
            notes.append("one more accepted audience beside the others")
        }
        return .setting(setting, note: notes.isEmpty ? nil : notes.joined(separator: ", "))
    }

    /// The address by which clients know WSO2, port and all, is the issuer to have here if they are not to notice the move.
    private func suggestion(forHost value: Deployment.Value) -> Migration.Fate {
        let text = value.written.plain ?? ""
        let host: String
        switch placeholders.fill(text) {
        case .same: host = text
        case .filled(let filled, _): host = filled
        case .unknown(let reason): return .leftAside(reason)
        // A suggestion is not worth an error.
        case .refused(let refusals):
            return .leftAside(refusals.map { $0.problem + ($0.remedy.map { ": \($0)" } ?? "") }.joined(separator: "; "))
        }
        let proxy = deployment.value(at: "transport.https.properties.proxyPort")
        let port = proxy.flatMap(SettingKind<Int>.integer(1...65535).read) ?? 9443
        let issuer = "https://\(host)" + (port == 443 ? "" : ":\(port)")
        guard SettingKind<String>.text().read(.text(host)) != nil, ListenAddress("\(host):\(port)") != nil else {
            return .leftAside("is no host name")
        }
        return .suggestion(
            "[server] issuer = \"\(issuer)\", if clients are to find Countersign where they found WSO2")
    }
}
