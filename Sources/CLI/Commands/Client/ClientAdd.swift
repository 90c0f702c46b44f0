import Administration
import ArgumentParser
import Foundation

struct ClientAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register a client.",
        discussion: """
            EXAMPLES
              countersign client add --id billing --name "Billing job" \\
                  --scope "invoices.read invoices.write" --jwks billing.jwks.json
              countersign client add --id legacy-erp --name "Old ERP" \\
                  --certificate erp.cer --audience-profile legacy
              countersign client add --id agent --name "Agent" \\
                  --jwks-uri https://agent.example.com/jwks.json
              countersign client add --name "Report" --public-key report.pem \\
                  --kid 2026-11 --auth-signing-alg PS256
              countersign client add --id shop --name "Shop" --jwks shop.jwks.json \\
                  --grant authorization_code --grant refresh_token \\
                  --scope "openid profile" \\
                  --redirect-uri https://shop.example.com/callback
              countersign client add --id wiki --name "Wiki" \\
                  --auth-method client_secret_basic \\
                  --redirect-uri https://wiki.example.com/callback
              countersign client add --id app --name "App" --public \\
                  --redirect-uri com.example.app:/callback
            """)

    @Option(help: "The client ID. Default: a new random one.")
    var id: String?

    @OptionGroup(title: "Registration") var registration: RegistrationOptions
    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup var target: TargetOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    func validate() throws {
        guard id.map({ ClientID($0).isRegistrable }) ?? true else {
            throw ValidationError("--id must have 1 to 255 bytes and no control characters.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let id = ClientID(self.id ?? UUID().uuidString.lowercased())
        var client = ClientRecord(id: id, name: id.text, createdAt: now)
        registration.apply(to: &client)
        registration.applyDefaults(to: &client)
        let keys = try self.keys.read()
        let target = try self.target.target()
        let isNewStore = target.isMissingStore
        let change = try await target.withOperations(creating: true) { [client] in
            try await $0.clients.register(client, keys: keys.map(\.key), at: now)
        }
        let added = change.details
        keys.warn(of: change.duplicates)
        if isNewStore, ClientNextStep.isShown {
            Terminal.note("There was no store in \(target.place), so a new one was created.")
        }
        ClientWarnings.print(about: added, at: now)
        guard !json else { return JSONOutput.print(added.json) }
        print(added.text(at: now))
        guard ClientNextStep.isShown else { return }
        if let step = ClientNextStep.text(for: added, keyFiles: self.keys.jwks, target: target) { print("\n" + step) }
    }
}

/// The suggested next step after a client was registered.
enum ClientNextStep {
    /// Whether it is printed. The demonstration turns it off, because it runs commands as its own steps.
    @TaskLocal static var isShown = true

    /// - Parameter keyFiles: the files its keys were read from.
    static func text(for details: ClientDetails, keyFiles: [String], target: Target) -> String? {
        let id = details.client.id.text
        let store = target.options
        guard !details.client.authenticationMethod.usesSecret else {
            return "Next, give it a secret:\n  \(ShellCommand.text(["client", "secret", "add", id] + store))"
        }
        guard details.registration.keySource != .none || details.client.authenticationMethod == .none else {
            return """
                Next, give it a key:
                  \(ShellCommand.edit(details.client.id, store + ["--jwks", "FILE"]))
                """
        }
        let serve = target.issuer == nil ? ShellCommand.text(["serve"] + store) : nil
        let issuer = target.issuer ?? "http://127.0.0.1:9443"
        guard details.client.grants.contains(.clientCredentials) else {
            guard let url = authorizationURL(details.client, at: issuer) else {
                return serve.map { "Next, start the server:\n  \($0)" }
            }
            return """
                Next, add a person (\(ShellCommand.text(["user", "add", "alice"] + store)))\(serve.map { ", start the server (\($0))" } ?? "") \
                and open what the application will send people to:
                  \(url)
                """
        }
        let token = ShellCommand.text(["token"] + ShellCommand.option("--client-id", id) + ["--key"])
        let key = keyFiles.lazy.compactMap(privateHalf).first.map(ShellCommand.word) ?? "PRIVATE-KEY-FILE"
        return """
            Next, \(serve.map { "start the server (\($0)) and " } ?? "")fetch a token:
              \(token) \(key) --issuer \(ShellCommand.word(issuer))
            """
    }

    /// An authorization request with the code challenge of RFC 7636 appendix B; `nil` if no redirect URI is an exact one.
    private static func authorizationURL(_ client: ClientRecord, at issuer: String) -> String? {
        guard client.grants.contains(.authorizationCode),
            let redirectURI = client.signIn.redirectURIs.first(where: { !RedirectURI.isPattern($0) })
        else { return nil }
        let parameters = [
            ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", redirectURI),
            ("scope", client.scopes.joined(separator: " ")),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
        ]
        return issuer + "/oauth2/authorize?" + FormWriter.encoded(parameters.filter { !$0.1.isEmpty })
    }

    /// Finds the private key that 'keygen' wrote next to a JWK Set.
    private static func privateHalf(of file: String) -> String? {
        guard file.hasSuffix(".jwks.json") else { return nil }
        let stem = file.dropLast(".jwks.json".count)
        return [".pem", ".jwk", ".key"].map { stem + $0 }.first { access($0, R_OK) == 0 }
    }
}
