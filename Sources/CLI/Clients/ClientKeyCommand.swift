import ArgumentParser
import Countersign
import CountersignJOSE
import Store

/// `countersign client key`: one key of a client among its own.
struct ClientKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "List a client's keys, retire them and revoke them.",
        discussion: """
            A key is named by its kid or by its RFC 7638 thumbprint, which means all registrations of the key. New keys \
            are added with 'client edit'. Keys of a key set at a URL are managed where it is published, certificates of \
            the key store with 'keystore'.
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
            let meant = try before.ownKeys(meantBy: key)
            let changed = status.isUse ? meant.filter { !$0.status.isRevoked } : meant
            guard !changed.isEmpty else {
                throw CommandFailure(
                    """
                    The key \(self.key) is revoked, and a revoked key never comes back. Give the client a new one \
                    with 'countersign client edit \(id) --jwks FILE'.
                    """)
            }
            for case let number? in changed.map(\.number) {
                try await store.clientKeys.setStatus(status, number: number, of: before.client.id)
            }
            before.noteSameKeys(as: meant, changed: changed.count, by: status)
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

    fileprivate var isRevoked: Bool {
        if case .revoked = self { true } else { false }
    }

    /// What has become of a key, as a participle.
    fileprivate var participle: String {
        switch self {
        case .active: "activated"
        case .retiring: "set to retire"
        case .revoked: "revoked"
        }
    }
}

extension ClientDetails {
    /// The key among the client's own that a person means: more than one where the same key is registered more than once.
    ///
    /// - Returns: at least one, all of one thumbprint.
    func ownKeys(meantBy name: String) throws -> [KeyRecord] {
        // A thumbprint goes before a kid, which can be anything.
        let sameKeys = registration.keys.filter { $0.jwk.thumbprint == name }
        let meant = sameKeys.isEmpty ? registration.keys.filter { $0.isMeant(by: name) } : sameKeys
        guard !meant.isEmpty else {
            throw CommandFailure("\(noSuchKey(name)) 'countersign client show \(client.id)' shows its keys.")
        }
        let thumbprints = Set(meant.map(\.jwk.thumbprint))
        guard thumbprints.count == 1 else {
            throw CommandFailure(
                "\(thumbprints.count) keys of the client are called '\(name)'. Name one by its thumbprint: "
                    + thumbprints.sorted().joined(separator: ", "))
        }
        return meant
    }

    /// Says that a change was one of several registrations, or that other registrations of the same key stay as they are.
    fileprivate func noteSameKeys(as meant: [KeyRecord], changed: Int, by status: KeyAvailability) {
        guard let thumbprint = meant.first?.jwk.thumbprint else { return }
        if meant.count > 1 {
            let rest = changed < meant.count ? "; the others are revoked and stay so" : ""
            Terminal.note(
                """
                The key is registered \(meant.count) times with the thumbprint \(thumbprint): \(changed) \
                \(changed == 1 ? "was" : "were") \(status.participle)\(rest).
                """)
        }
        let others = registration.keys.filter { key in
            key.jwk.thumbprint == thumbprint && !key.status.isRevoked && !meant.contains { $0.number == key.number }
        }
        guard status != .active, !others.isEmpty else { return }
        let names = others.map { $0.jwk.keyID.map { VisibleText.of($0.text) } ?? "no kid" }.joined(separator: ", ")
        Terminal.warn(
            """
            The same key is also registered under other names (\(names)), where it stays as it is. To reach all of them, \
            name the thumbprint \(thumbprint).
            """)
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
