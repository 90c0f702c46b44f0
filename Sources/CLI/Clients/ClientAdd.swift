import ArgumentParser
import Countersign
import CountersignStore
import Foundation

/// `countersign client add`.
struct ClientAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register a client.",
        discussion: """
            EXAMPLES
              countersign client add --id billing --name "Billing job" --scope "invoices.read" --jwks billing.jwks.json
              countersign client add --id legacy-erp --name "Old ERP" --certificate erp.cer --audience-profile legacy
              countersign client add --name "Report" --public-key report.pem --kid 2026-11 --auth-signing-alg PS256
            """)

    @Option(help: "The client ID. Default: a new random one.")
    var id: String?

    @OptionGroup var registration: RegistrationOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    func validate() throws {
        guard id.map({ ClientID($0).isRegistrable }) ?? true else {
            throw ValidationError("--id has 1 to 255 bytes and no control characters.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let id = ClientID(self.id ?? UUID().uuidString.lowercased())
        var client = ClientRecord(id: id, name: id.text, createdAt: now)
        registration.apply(to: &client)
        let records = try keys.read(at: now)
        let added = try await store.withStore(creating: true) { store in
            try await store.add(client, keys: records)
            return try await store.existing(id.text)
        }
        ClientWarnings.print(about: added)
        print(json ? added.json.render() : added.text(at: now))
    }
}

/// What whoever registers a client should know.
enum ClientWarnings {
    static func print(about registration: ClientRegistration) {
        let id = registration.client.id
        if registration.keys.isEmpty {
            Terminal.warn(
                "The client has no key, so it cannot authenticate: countersign client edit \(id) --jwks FILE")
        }
        if registration.client.audienceProfile == .legacy {
            Terminal.warn(
                """
                The audience profile legacy is open to audience injection: an assertion that names a second server \
                could be used here by that server. Mend the client, then set --audience-profile compatible.
                """)
        }
        if registration.client.allowsReuse == true {
            Terminal.warn("Whoever gets hold of an assertion of this client can use it until it expires.")
        }
    }
}
