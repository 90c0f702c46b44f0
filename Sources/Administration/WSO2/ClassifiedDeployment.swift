/// The lines of a `deployment.toml`, classified by what they configure.
package struct ClassifiedDeployment {
    /// In the order of the file.
    package private(set) var rows: [Row] = []
    private let placeholders: Placeholders
    private let deployment: Deployment

    package struct Row {
        package let line: Int?
        /// A table, or a key qualified by its tables.
        package let found: String
        package let content: Content
    }

    package enum Content {
        /// A value of the authenticator or its cache, or a lifetime of tokens; placeholders in strings are filled in.
        case setting(TOMLValue, Placeholders.Outcome)
        /// A value that only positions the authenticator in WSO2's listener chain.
        case ofListenerChain
        /// The public host name and port of WSO2.
        case host(String, port: Int, Placeholders.Outcome)
        /// A table, or the rest of one, that configures something else.
        case table(String, isElement: Bool)
    }

    /// A block of the authenticator or its cache that occurs twice, so that it is uncertain which one applies.
    package struct Duplicate: Error {
        package let table: String
        package let identifier: String
        package let line: Int?
        package let firstLine: Int?
    }

    package init(_ deployment: Deployment, _ placeholders: Placeholders) throws(Duplicate) {
        self.deployment = deployment
        self.placeholders = placeholders
        var seen: [String: Int?] = [:]
        for table in deployment.tables {
            guard let identifier = Self.identifier(of: table) else {
                addOther(table)
                continue
            }
            if let first = seen.updateValue(table.line, forKey: table.name) {
                throw Duplicate(table: table.name, identifier: identifier, line: table.line, firstLine: first)
            }
            for value in table.values {
                let key = "\(table.name).\(value.key)"
                add(value, key, Self.ofListenerChain.contains(key) ? .ofListenerChain : setting(value))
            }
        }
        rows.sort { ($0.line ?? .max) < ($1.line ?? .max) }
    }

    package static let tokenLifetimeKey = "oauth.token_validation.app_access_token_validity"
    package static let refreshTokenLifetimeKey = "oauth.token_validation.refresh_token_validity"

    private static let ofListenerChain = ["event_listener.type", "event_listener.name", "event_listener.order"]

    /// The name of the authenticator or its cache, if the table configures one of them.
    private static func identifier(of table: Deployment.Table) -> String? {
        let (key, name): (String, String)
        switch (table.isElement, table.name) {
        case (true, "event_listener"): (key, name) = ("id", "private_key_jwt_authenticator")
        case (true, "cache.manager"): (key, name) = ("name", "PrivateKeyJWT")
        default: return nil
        }
        return table[key]?.value.stringValue == name ? name : nil
    }

    private mutating func addOther(_ table: Deployment.Table) {
        var rest = table.values.count
        for value in table.values where !table.isElement {
            let key = "\(table.name).\(value.key)"
            if [Self.tokenLifetimeKey, Self.refreshTokenLifetimeKey].contains(key) {
                add(value, key, setting(value))
            } else if key == "server.hostname" {
                let text = value.value.stringValue ?? ""
                let port = deployment.value(at: "transport.https.properties.proxyPort")?.scalar.flatMap { Int($0) }
                add(
                    value, key,
                    .host(text, port: port.flatMap { 1...65535 ~= $0 ? $0 : nil } ?? 9443, placeholders.fill(text)))
            } else {
                continue
            }
            rest -= 1
        }
        guard rest > 0 else { return }
        let name = table.isElement ? (table["id"] ?? table["name"])?.value.stringValue.map { " \($0)" } ?? "" : ""
        let others = rest == table.values.count ? "" : ", the other \(rest == 1 ? "key" : "\(rest) keys")"
        rows.append(
            Row(
                line: table.line, found: table.header + name + others,
                content: .table(table.name, isElement: table.isElement)))
    }

    private mutating func add(_ value: Deployment.Value, _ key: String, _ content: Content) {
        rows.append(Row(line: value.line, found: key, content: content))
    }

    private func setting(_ value: Deployment.Value) -> Content {
        .setting(value.value, value.value.stringValue.map(placeholders.fill) ?? .unchanged)
    }
}
