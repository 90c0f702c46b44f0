import Administration
import ArgumentParser

struct ClientEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change a client's registration.",
        discussion: """
            Settings that are not named do not change. Key flags add keys to the existing ones. To rotate a key, \
            add the new one, let the client switch to it, and retire the old one with 'client key retire'.

            EXAMPLES
              countersign client edit billing --scope "invoices.read invoices.write"
              countersign client edit billing --jwks new.jwks.json
              countersign client edit billing --remove-key 2026-05
              countersign client edit billing \\
                  --jwks-uri https://billing.example.com/jwks.json
              countersign client edit billing --jwks-uri none --certificate-validity warn
              countersign client edit billing --replace-keys --certificate new.cer
              countersign client edit shop --require-pkce --id-token-lifetime 10m
              countersign client edit shop --redirect-uri https://shop.example.com/in \\
                  --post-logout-redirect-uri https://shop.example.com/
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup(title: "Registration") var registration: RegistrationOptions
    @OptionGroup(title: "Keys") var keys: KeyOptions

    @Option(
        help: ArgumentHelp(
            "A key to remove, by kid or RFC 7638 thumbprint; may be given more than once.",
            valueName: "kid-or-thumbprint"), completion: StoreNames.keys)
    var removeKey: [String] = []

    @Flag(help: "Remove all existing keys; the key flags give the new ones.")
    var replaceKeys = false

    @OptionGroup var target: TargetOptions

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
            throw ValidationError("--replace-keys removes all keys; --remove-key cannot be combined with it.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let added = try keys.read()
        let edited = try await target.withOperations {
            try await $0.clients.edit(
                id, removing: replaceKeys ? nil : removeKey, adding: added.map(\.key), at: now, registration.apply)
        }
        added.warn(of: edited.duplicates)
        ClientWarnings.print(about: edited.details, at: now)
        if json { JSONOutput.print(edited.details.json) } else { print(edited.details.text(at: now)) }
    }
}
