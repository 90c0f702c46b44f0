import ArgumentParser
import Countersign
import Store

/// `countersign client edit`.
struct ClientEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change a client's registration.",
        discussion: """
            What is not named stays as it is. Key flags add keys to those the client has; that is how a key is rotated: \
            add the new one, let the client change over, retire the old one with 'client key retire'.

            EXAMPLES
              countersign client edit billing --scope "invoices.read invoices.write"
              countersign client edit billing --jwks new.jwks.json
              countersign client edit billing --remove-key 2026-05
              countersign client edit billing \\
                  --jwks-uri https://billing.example.com/jwks.json
              countersign client edit billing --jwks-uri none --certificate-validity warn
              countersign client edit billing --replace-keys --certificate new.cer
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var keys: KeyOptions

    @Option(
        help: ArgumentHelp(
            "A key to remove, by kid or RFC 7638 thumbprint; may be given more than once.",
            valueName: "kid-or-thumbprint"), completion: StoreNames.keys)
    var removeKey: [String] = []

    @Flag(help: "Remove every key the client has; the key flags give the new ones.")
    var replaceKeys = false

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    func validate() throws {
        guard !registration.isEmpty || !keys.isEmpty || !removeKey.isEmpty || replaceKeys else {
            throw ValidationError("There is nothing to change. Name at least one setting or key.")
        }
        guard !replaceKeys || !keys.isEmpty else {
            throw ValidationError("--replace-keys needs the new keys: --jwks, --public-key or --certificate.")
        }
        guard !replaceKeys || removeKey.isEmpty else {
            throw ValidationError("--replace-keys removes all keys; --remove-key has nothing to do beside it.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let edited = try await store.withStore { store in
            let before = try await store.existing(id)
            var client = before.client
            registration.apply(to: &client)
            client.updatedAt = now
            try await store.clients.update(client, keys: try keysAfter(before.keys, at: now))
            return try await store.details(of: id)
        }
        ClientWarnings.print(about: edited)
        if json { JSONOutput.print(edited.json) } else { print(edited.text(at: now)) }
    }

    /// - Returns: `nil` where the keys stay as they are.
    private func keysAfter(_ before: [KeyRecord], at now: UnixTime) throws -> [KeyRecord]? {
        guard !keys.isEmpty || !removeKey.isEmpty else { return nil }
        var kept = replaceKeys ? [] : before
        for name in removeKey {
            guard kept.contains(where: { $0.isMeant(by: name) }) else {
                throw CommandFailure("The client has no key '\(name)'. '\(ShellCommand.show(id))' lists them.")
            }
            kept.removeAll { $0.isMeant(by: name) }
        }
        return kept + (try keys.read(at: now, known: kept))
    }
}
