import ArgumentParser
import Countersign
import CountersignJOSE
import CountersignStore

/// `countersign client key`: one key of a client among its own.
struct ClientKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "List a client's keys, retire them and revoke them.",
        discussion: """
            A key is named by its kid or by its RFC 7638 thumbprint. New keys are added with 'client edit'. Keys of a key \
            set at a URL are managed where it is published, certificates of the key store with 'keystore'.
            """,
        subcommands: [ClientKeyList.self, ClientKeyRetire.self, ClientKeyRevoke.self, ClientKeyActivate.self])
}

/// Which key of which client, and where the store lies.
struct ClientKeyOptions: ParsableArguments {
    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @Argument(help: "The key's kid or RFC 7638 thumbprint.", completion: StoreNames.keys)
    var key: String

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    /// Gives the key another status, and shows what has come of it.
    func setStatus(_ status: KeyAvailability, at now: UnixTime) async throws {
        let details = try await store.withStore { store in
            let before = try await store.details(of: id)
            let key = try before.ownKey(meantBy: key)
            if case .revoked = key.status, status.isUse {
                throw CommandFailure(
                    """
                    The key \(self.key) is revoked, and a revoked key never comes back. Give the client a new one \
                    with 'countersign client edit \(id) --jwks FILE'.
                    """)
            }
            guard let number = key.number else { throw CommandFailure("The client has no key '\(self.key)'.") }
            try await store.setKeyStatus(status, number: number, of: before.client.id)
            return try await store.details(of: id)
        }
        ClientWarnings.print(about: details, at: now)
        if json { JSONOutput.print(details.json) } else { print(details.text(at: now)) }
    }
}

extension KeyAvailability {
    /// Whether the key is to be used, for however long.
    fileprivate var isUse: Bool {
        switch self {
        case .active, .retiring: true
        case .revoked: false
        }
    }
}

extension ClientDetails {
    /// The one key among the client's own that a person means.
    func ownKey(meantBy name: String) throws -> KeyRecord {
        let meant = registration.keys.filter { $0.isMeant(by: name) }
        guard let key = meant.first else {
            throw CommandFailure("\(noSuchKey(name)) 'countersign client show \(client.id)' shows its keys.")
        }
        guard meant.count == 1 else {
            throw CommandFailure(
                "\(meant.count) keys of the client are called '\(name)'. Name one by its thumbprint: "
                    + meant.map(\.jwk.thumbprint).joined(separator: ", "))
        }
        return key
    }

    private func noSuchKey(_ name: String) -> String {
        switch registration.keySource {
        case .own, .none: "The client has no key '\(name)'."
        case .keySet(let url): "The client's keys are managed where they are published, at \(url)."
        case .keyStore(let alias):
            "The client's key is in the key store: 'countersign keystore remove \(alias.text)' takes it away."
        }
    }
}
