import Administration
import HTTP

enum ConfigurationChecks {
    /// Checks whether the limit of open files allows the configured number of connections.
    ///
    /// - Parameters:
    ///   - wanted: `maximum_connections`.
    ///   - limit: the limit of this process, which may differ from the server's; `nil` if the system reports none.
    static func connections(_ wanted: Int, limit: DescriptorLimit?) -> [Finding] {
        guard let limit else { return [] }
        // The server raises its soft limit to the hard one.
        let fitting = DescriptorLimit.connections(fitting: limit.hard)
        guard fitting < wanted else {
            return [
                .ok(
                    .connections,
                    "maximum_connections is \(wanted), and a process started here may open \(limit.hard) files.")
            ]
        }
        return [
            .warning(
                .connections,
                "maximum_connections is \(wanted), but a process started here may open only \(limit.hard) files: "
                    + "\(fitting) connections fit.",
                .written(
                    "raise the hard limit of open files to \(wanted + DescriptorLimit.reserve) "
                        + "(LimitNOFILE in systemd, ulimit -Hn), or lower maximum_connections"))
        ]
    }

    static func strictness(of configuration: ServerConfiguration) -> [Finding] {
        var findings: [Finding] = []
        if !configuration.settings.policy.preventsReuse {
            findings.append(
                .warning(
                    .strictness, "PreventTokenReuse is false: an assertion of any client works until it expires.",
                    .written("set it to true in the block [[event_listener]]")))
        }
        if configuration.settings.registration.mode == .open {
            findings.append(
                .warning(
                    .strictness,
                    "registration.mode is open: everyone who can reach \(configuration.urls.issuer) can register clients, and give them "
                        + "any name.",
                    .written(
                        "set it to token and hand out initial access tokens ('countersign registration-token add'), if you know "
                            + "who registers clients")))
        }
        if let proxy = configuration.remoteDocuments.proxy, proxy.resolvesNames {
            findings.append(
                .warning(
                    .strictness,
                    "The proxy \(proxy.name) resolves the names of key servers, so their addresses are not checked here.",
                    .written("let the proxy refuse private addresses, or remove proxy_resolves_names")))
        }
        return findings
    }
}
