/// The reasons why tables of `deployment.toml` are not imported.
enum WSO2Tables {
    static func reason(_ table: String, isElement: Bool) -> String {
        if isElement, let reason = blocks[table] { return reason }
        let known = reasons.first { $0.tables.contains { table == $0 || table.hasPrefix($0 + ".") } }
        return known?.reason ?? "it has no equivalent here"
    }

    private static let blocks = [
        "event_listener": "a listener of WSO2's own",
        "cache.manager": "a cache of WSO2's own",
    ]

    private static let reasons: [(reason: String, tables: [String])] = [
        ("the address is set with [server] listen and issuer", ["server"]),
        (
            "there are no administrator accounts: write access to the data directory is enough",
            ["super_admin", "admin_service"]
        ),
        (
            "people are not read from here; add them with 'countersign user add'",
            ["user_store", "realm_manager", "user", "identity_mgt", "account_recovery", "self_registration"]
        ),
        (
            "everything is kept in the data directory, [server] data",
            ["database", "database_configuration", "datasource"]
        ),
        ("pass the file itself: --keystore FILE; passwords are not read from here", ["keystore"]),
        ("pass the file itself to 'countersign keystore import' if it has clients' certificates", ["truststore"]),
        ("the address and TLS are set with [server] listen, tls_certificate and tls_key", ["transport"]),
        ("these are encrypted by WSO2's cipher tool", ["secrets"]),
        ("not a setting shared with WSO2; see docs/configuration.md", ["oauth"]),
        ("how people sign in is configured under [sign_in]", ["authentication"]),
        ("SAML is not supported", ["saml"]), ("WS-Trust is not supported", ["sts"]),
        ("WS-Federation is not supported", ["passive_sts"]), ("SCIM is not supported", ["scim2"]),
        ("caches of WSO2's own", ["cache"]), ("there is no cluster to configure", ["clustering"]),
        ("no mail or messages are sent", ["output_adapter"]), ("there is no servlet container", ["tomcat"]),
    ]
}
