import ArgumentParser
import Countersign
import CountersignJOSE

/// `countersign client key list`.
struct ClientKeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a client's keys that are in force.",
        discussion: """
            EXAMPLES
              countersign client key list billing
              countersign client key list billing --json
            """)

    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let now = UnixTime.now
        let details = try await store.withStore { try await $0.details(of: id) }
        Listing.print(
            details.keysInForce, json: json ? { details.json(of: $0, at: now) } : nil,
            empty: "No keys: \(ShellCommand.show(id))",
            columns: [
                ("KID", { $0.jwk.keyID?.text ?? "-" }), ("THUMBPRINT", \.jwk.thumbprint),
                ("KEY", \.jwk.key.summary), ("STATUS", { $0.status?.text(at: now) ?? "active" }),
                ("ADDED", { $0.addedAt?.text ?? "-" }),
                ("LAST USED", { details.uses[$0.jwk.thumbprint]?.text ?? "never" }),
            ])
    }
}

/// A key that is in force, wherever it comes from.
struct KeyInForce: Sendable {
    let jwk: JWK
    /// `nil` where only the client's own keys have one.
    let status: KeyAvailability?
    /// `nil` where it is not known.
    let addedAt: UnixTime?
}

extension ClientDetails {
    /// The keys of the source that is in force.
    var keysInForce: [KeyInForce] {
        switch registration.keySource {
        case .own: registration.keys.map { KeyInForce(jwk: $0.jwk, status: $0.status, addedAt: $0.addedAt) }
        case .keySet: (readKeySet?.keys ?? []).map { KeyInForce(jwk: $0, status: nil, addedAt: nil) }
        case .keyStore:
            registration.keyStoreEntry.map { [KeyInForce(jwk: $0.jwk, status: nil, addedAt: $0.addedAt)] } ?? []
        case .none: []
        }
    }

    fileprivate func json(of key: KeyInForce, at now: UnixTime) -> JSONObject {
        var object = json(of: key.jwk)
        object.set("usable", .boolean(key.status?.allowsUse(at: now) ?? true))
        for member in (key.status ?? .active).json.members { object.set(member.name.text, member.value) }
        object.set("added_at", key.addedAt.map { .string(ExactString($0.text)) } ?? .null)
        return object
    }
}
