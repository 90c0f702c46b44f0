import HTTP

extension ServerMetrics {
    /// Adds what only the process knows: its version, and the connections of each listener.
    func observe(_ listeners: [(name: String, server: HTTPServer?)]) {
        let servers = listeners.reduce(into: [:]) { servers, listener in servers[listener.name] = listener.server }
        let build = MetricFamily(
            "countersign_build_info", .gauge, "Always 1; the label is the version.", by: "version",
            [Countersign.configuration.version: 1])
        compute {
            [
                build,
                MetricFamily(
                    "countersign_open_connections", .gauge, "Connections that are open.", by: "listener",
                    servers.mapValues { Double($0.connections.open) }),
                MetricFamily(
                    "countersign_connections_accepted_total", .counter, "Connections that were accepted.",
                    by: "listener", servers.mapValues { Double($0.connections.accepted) }),
                MetricFamily(
                    "countersign_connection_limit", .gauge, "Connections that can be open at once.", by: "listener",
                    servers.mapValues { Double($0.maximumConnections) }),
            ]
        }
    }
}
