import ArgumentParser
import Countersign
import Foundation
import SQLite
import Store

/// `countersign client add`.
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
            throw ValidationError("--id must have 1 to 255 bytes and no control characters.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let id = ClientID(self.id ?? UUID().uuidString.lowercased())
        var client = ClientRecord(id: id, name: id.text, createdAt: now)
        registration.apply(to: &client)
        let records = try keys.read(at: now)
        let isNewStore = !SQLiteStore.exists(in: store.data)
        let added = try await store.withStore(creating: true) { store in
            try await store.clients.add(client, keys: records)
            return try await store.details(of: id.text)
        }
        if isNewStore, ClientNextStep.isTold {
            Terminal.note("There was no store in \(store.data), so a new one was made.")
        }
        ClientWarnings.print(about: added)
        guard !json else { return JSONOutput.print(added.json) }
        print(added.text(at: now))
        guard ClientNextStep.isTold else { return }
        print("\n" + ClientNextStep.text(for: added, keyFiles: keys.jwks, data: store.data))
    }
}
