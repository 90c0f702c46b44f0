import Administration
import ArgumentParser

struct ClientSecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Give a client a shared secret, for software that cannot sign.",
        discussion: """
            A secret can be stolen at both ends: use a key wherever the client's software can. Servers accept secrets only with \
            [client_secrets] enabled = true, and only from clients registered with --auth-method client_secret_basic or \
            client_secret_post.

            To replace a secret: add the new one, let the client switch to it, and remove the old one.
            """, subcommands: [ClientSecretAdd.self, ClientSecretList.self, ClientSecretRemove.self])
}

struct ClientSecretAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a secret and print it, once.",
        discussion: """
            EXAMPLES
              countersign client secret add wiki
              countersign client secret add wiki --expires-in 90d --json
            """)

    @OptionGroup var client: ClientArguments

    @Option(
        help: ArgumentHelp("The time until it expires: \(DurationText.examples).", valueName: "duration"),
        transform: Transform.interval)
    var expiresIn: Duration?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let now = UnixTime.now
        let (secret, details) = try await client.target.withOperations {
            try await $0.clients.addSecret(
                to: client.id, expiresAt: expiresIn.map { now + $0 }, at: now)
        }
        Terminal.note("The secret is not stored and cannot be shown again.")
        guard !json else {
            var object = details.json
            object.set("client_secret", .string(secret))
            return JSONOutput.print(object)
        }
        print(secret)
    }
}

struct ClientSecretList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a client's secrets, without the secrets themselves.",
        discussion: """
            EXAMPLES
              countersign client secret list wiki
            """)

    @OptionGroup var client: ClientArguments

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let secrets = try await client.target.withOperations { try await $0.clients.secrets(of: client.id) }
        Listing.print(
            secrets, json: json ? \.json : nil,
            empty: "No secrets: \(ShellCommand.text(["client", "secret", "add"], on: client.id))",
            columns: [
                ("NAME", \.name), ("ADDED", \.createdAt.text), ("EXPIRES", { $0.expiresAt?.text ?? "never" }),
            ])
    }
}

struct ClientSecretRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a secret; servers refuse it within a second.",
        discussion: """
            EXAMPLES
              countersign client secret remove wiki 3kYpQ2xA
            """)

    @OptionGroup var client: ClientArguments

    @Argument(help: "The secret's name, as 'client secret list' shows it.")
    var name: String

    func run() async throws {
        try await client.target.withOperations {
            try await $0.clients.removeSecret(name, of: client.id, at: .now)
        }
        print("The secret \(name) of the client \(client.id) is removed.")
    }
}
