import Administration
import CountersignClient
import CountersignKeyFiles
import Server

/// The message of `serve` when it listens: address, issuer, data directory, and the commands to try next.
enum StartMessage {
    /// - Parameters:
    ///   - metrics: the URL of the metrics; `nil` if there are none.
    ///   - setup: the one-time link for the first administrator of the console; `nil` if it has one.
    static func listening(
        _ configuration: ServerConfiguration, _ urls: ServerURLs, port: Int, metrics: String?, setup: String?
    ) -> String {
        let scheme = configuration.httpServer.tls == nil ? "http" : "https"
        let address = ListenAddress(host: configuration.listen.host, port: port)
        let title = Terminal.output.styled("Countersign listens on \(scheme)://\(address)", .bold)
        return """
            \(title)
              issuer  \(urls.issuer)
              data    \(configuration.dataDirectory)\(metrics.map { "\n  metrics \($0)" } ?? "")\(proxy(configuration))

            Try next, in a second terminal:
            \(nextCommands(configuration, urls).map { "  \($0)" }.joined(separator: "\n"))
            \(setup.map { "\nThe console has no administrator yet. This link makes the first one, once and within an hour:\n  \($0)\n" } ?? "")
            Ctrl-C stops the server.
            """
    }

    static func checked(_ configuration: ServerConfiguration) -> String {
        let scheme = configuration.httpServer.tls == nil ? "http" : "https"
        return """
            Configuration OK.
            \(Columns.text([["  listen", "\(scheme)://\(configuration.listen)"], ["  issuer", configuration.urls.issuer], ["  data", configuration.dataDirectory]]))\(proxy(configuration))
            """
    }

    /// Returns a line about the proxy, without its password.
    private static func proxy(_ configuration: ServerConfiguration) -> String {
        configuration.remoteDocuments.proxy.map { "\n  proxy   \($0.name), for key sets of clients" } ?? ""
    }

    /// Returns commands that Countersign's own client accepts; it refuses plain http beyond loopback, and untrusted certificates.
    private static func nextCommands(_ configuration: ServerConfiguration, _ urls: ServerURLs) -> [String] {
        let issuer = urls.issuer
        let commands = [
            ShellCommand.text(["keygen", "--out", "client.pem"]),
            ShellCommand.text([
                "client", "add", "--id", "my-client", "--name", "My client", "--scope", "read", "--jwks",
                "client.jwks.json", "--data", configuration.dataDirectory,
            ]),
        ]
        guard (try? ServerAddress(issuer)) != nil else {
            return commands + ["(then set --issuer to the https URL that clients use: they refuse \(issuer))"]
        }
        let trust = selfSigned(configuration.httpServer.tls?.certificate).map { ["--ca-certificate", $0] } ?? []
        return commands + [
            ShellCommand.text(["token", "--issuer", issuer, "--client-id", "my-client", "--key", "client.pem"] + trust)
        ]
    }

    /// Returns the file if its last certificate is self-issued, which no system trusts by default.
    private static func selfSigned(_ file: String?) -> String? {
        guard let file, let bytes = try? InputFile(file).bytes, let keys = try? KeyFile(bytes, name: file).keys,
            let der = keys.last?.certificate?.der, CertificateDetails(der: der)?.isSelfIssued == true
        else { return nil }
        return file
    }
}
