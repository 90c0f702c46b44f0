import HTTP

/// Whether as many connections as configured fit the limit of open files.
enum ConnectionChecks {
    /// - Parameters:
    ///   - wanted: `maximum_connections`.
    ///   - limit: of the process that asks, which need not be the server's; `nil` where the system does not tell.
    static func findings(_ wanted: Int, limit: DescriptorLimit?) -> [Finding] {
        guard let limit else { return [] }
        // The server raises its soft limit to the hard one.
        let fitting = DescriptorLimit.connections(fitting: limit.hard)
        guard fitting < wanted else {
            return [
                Finding(
                    .ok, .connections,
                    "maximum_connections is \(wanted), and a process started here may open \(limit.hard) files.")
            ]
        }
        return [
            Finding(
                .warning, .connections,
                "maximum_connections is \(wanted), but a process started here may open only \(limit.hard) files: "
                    + "\(fitting) connections fit.",
                remedy: "raise the hard limit of open files to \(wanted + DescriptorLimit.reserve) "
                    + "(LimitNOFILE in systemd, ulimit -Hn), or lower maximum_connections")
        ]
    }
}
