import Administration
import Playground

/// What `countersign playground` prints.
enum PlaygroundText {
    static func ready(
        _ origin: LoopbackOrigin, issuer: String, _ registered: RegisteredPlayground, _ person: TemporaryServer.Person?
    ) -> String {
        let client = registered.client.id.text
        let source =
            switch registered.source {
            case .given: ""
            case .overHTTP: " (registered over HTTP, removed at the end)"
            case .inStore(let directory): person == nil ? " (added to \(directory), removed at the end)" : ""
            }
        var rows = [["  server", issuer], ["  client", client + source]]
        if let person { rows += [["  user name", person.name], ["  password", person.password]] }
        let end =
            person == nil
            ? "Ctrl-C stops the playground." : "Ctrl-C stops playground and server and removes everything."
        return """
            \(Terminal.output.styled("Open \(origin.text) in a browser", .bold))
            \(VisibleText.of(Columns.text(rows)) { $0 == "\n" ? "\n" : "\u{FFFD}" })

            It is for trying out: it shows every message of the sign-in, tokens included. \(end)
            """
    }

    /// The commands that register a client by hand.
    static func manualRegistration(issuer: String, _ origin: LoopbackOrigin, scope: String) -> String {
        let commands = [
            ["keygen", "--out", "playground.pem"],
            [
                "client", "add", "--id", "playground", "--name", "Playground", "--grant", "authorization_code",
                "--grant",
                "refresh_token", "--scope", scope, "--redirect-uri", origin.redirectURI, "--post-logout-redirect-uri",
                origin.signedOutURI, "--jwks", "playground.jwks.json", "--data", "DIR",
            ],
            [
                "playground", "--issuer", issuer, "--client-id", "playground", "--key", "playground.pem", "--scope",
                scope,
            ],
        ]
        return "Where the server runs, with its data directory for DIR:\n"
            + commands.map { "  " + ShellCommand.text($0) }.joined(separator: "\n")
    }
}
