import CountersignServer

/// What `serve` prints when it listens: where, as whom, with which data, and what to try next.
enum StartMessage {
    static func listening(_ configuration: ServerConfiguration, _ settings: ServerSettings, port: Int) -> String {
        let scheme = configuration.front.tls == nil ? "http" : "https"
        let address = ListenAddress(host: configuration.listen.host, port: port)
        let data = configuration.dataDirectory
        let title = Terminal.output.styled("Countersign listens on \(scheme)://\(address)", .bold)
        return """
            \(title)
              issuer  \(settings.urls.issuer)
              data    \(data)\(proxy(configuration))

            Try next, in a second terminal:
              countersign keygen --out client.pem
              countersign client add --id my-client --name "My client" --scope "read" --jwks client.jwks.json --data \(data)
              countersign token --issuer \(settings.urls.issuer) --client-id my-client --key client.pem

            Ctrl-C ends the server.
            """
    }

    static func checked(_ configuration: ServerConfiguration) -> String {
        let scheme = configuration.front.tls == nil ? "http" : "https"
        let issuer = configuration.settings(port: configuration.listen.port).urls.issuer
        return """
            The configuration is right.
            \(Columns.text([["  listen", "\(scheme)://\(configuration.listen)"], ["  issuer", issuer], ["  data", configuration.dataDirectory]]))\(proxy(configuration))
            """
    }

    /// A line for the proxy, if there is one; never with its password.
    private static func proxy(_ configuration: ServerConfiguration) -> String {
        configuration.remoteDocuments.proxy.map { "\n  proxy   \($0.name), for key sets of clients" } ?? ""
    }
}
