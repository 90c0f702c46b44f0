/// The reasons why tables of `deployment.toml` are not imported.
enum WSO2Tables {
    static func reason(_ table: String, isElement: Bool) -> String {
        if isElement, let reason = blocks[table] { return reason }
        let known = reasons.first { table == $0.table || table.hasPrefix($0.table + ".") }
        return known?.reason ?? "it has no equivalent here"
    }

    private static let blocks = [
        "event_listener": "a listener of WSO2's own",
        "cache.manager": "a cache of WSO2's own",
    ]

    private static let reasons: [(table: String, reason: String)] = [
        ("server", "the address is set with [server] listen and issuer"),
        ("super_admin", "there are no administrator accounts: write access to the data directory is enough"),
        ("admin_service", "there are no administrator accounts: write access to the data directory is enough"),
        ("user_store", "there are no users here, only clients"),
        ("realm_manager", "there are no users here, only clients"),
        ("user", "there are no users here, only clients"),
        ("identity_mgt", "there are no users here, only clients"),
        ("account_recovery", "there are no users here, only clients"),
        ("self_registration", "there are no users here, only clients"),
        ("database", "everything is kept in the data directory, [server] data"),
        ("database_configuration", "everything is kept in the data directory, [server] data"),
        ("datasource", "everything is kept in the data directory, [server] data"),
        ("keystore", "pass the file itself: --keystore FILE; passwords are not read from here"),
        ("truststore", "pass the file itself to 'countersign keystore import' if it has clients' certificates"),
        ("transport", "the address and TLS are set with [server] listen, tls_certificate and tls_key"),
        ("secrets", "these are encrypted by WSO2's cipher tool"),
        ("oauth", "not a setting shared with WSO2; see docs/configuration.md"),
        ("authentication", "logins of people; there are no users here, only clients"),
        ("saml", "SAML is not supported"),
        ("sts", "WS-Trust is not supported"),
        ("passive_sts", "WS-Federation is not supported"),
        ("scim2", "SCIM is not supported"),
        ("cache", "caches of WSO2's own"),
        ("clustering", "there is no cluster to configure"),
        ("output_adapter", "no mail or messages are sent"),
        ("tomcat", "there is no servlet container"),
    ]
}
