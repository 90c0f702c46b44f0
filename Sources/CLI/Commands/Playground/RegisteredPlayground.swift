import Administration
import CountersignClient
import CountersignKeyFiles
import Foundation
import Playground
import Store

/// The playground's client, and the place from which it is removed at the end.
struct RegisteredPlayground: Sendable {
    enum Source: Sendable {
        /// It existed before, and stays.
        case given
        case overHTTP(RegistrationOverHTTP)
        case inStore(directory: String)
    }

    static let defaultScope = "openid profile email"

    let client: PlaygroundClient
    /// The scope of the first request.
    let scope: String
    let source: Source

    init(client: PlaygroundClient, scope: String, source: Source) {
        self.client = client
        self.scope = scope
        self.source = source
    }

    /// - Parameter wanted: what to ask for, as far as the server registered it.
    init(_ registration: RegistrationOverHTTP, asking wanted: String) {
        client = registration.client
        source = .overHTTP(registration)
        let allowed = registration.scope?.split(separator: " ")
        scope = wanted.split(separator: " ").filter { allowed?.contains($0) ?? true }.joined(separator: " ")
    }

    /// What the client may ask for later: the scopes about people besides those of the first request.
    static func registeredScope(asking scope: String) -> String {
        let tokens = (scope + " openid profile email offline_access").split(separator: " ")
        return tokens.reduce(into: [Substring]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: " ")
    }

    /// Adds a client with a new key to the store of a server on this machine.
    static func add(
        to directory: String, for origin: LoopbackOrigin, scope: String
    ) async throws -> RegisteredPlayground {
        let key = try SigningKey.generate(.es256)
        let number = Hexadecimal.encode(RandomBytes.make(4))
        let id = ClientID("playground-\(number)")
        var record = ClientRecord(
            id: id, name: "Playground", grants: [.authorizationCode, .refreshToken],
            scopes: registeredScope(asking: scope).split(separator: " ").map { String($0) }, createdAt: .now)
        record.signIn.redirectURIs = [origin.redirectURI]
        record.signIn.postLogoutRedirectURIs = [origin.signedOutURI]
        let jwk = JWK(key: key.verificationKey, algorithm: key.defaultAlgorithm, use: "sig")
        _ = try await OpenedStore.with(directory) { [record] store in
            try await ClientAdministration(store).register(record, keys: [ImportedKey(jwk: jwk)], at: .now)
        }
        return RegisteredPlayground(
            client: PlaygroundClient(id: id, key: key, registration: .inStore), scope: scope,
            source: .inStore(directory: directory))
    }

    /// Removes the client, unless it existed before. In a task of its own, because this one may be cancelled.
    func remove(_ connection: Connection) async {
        await Task { await removeNow(connection) }.value
    }

    private func removeNow(_ connection: Connection) async {
        switch source {
        case .given: break
        case .overHTTP(let registration):
            guard await !registration.remove(connection) else { return }
            Terminal.warn(
                "The client \(client.id) could not be removed from the server; it expires there if it is not used.")
        case .inStore(let directory):
            do {
                try await OpenedStore.with(directory) { try await ClientAdministration($0).remove(client.id.text) }
            } catch {
                let command = ShellCommand.text(["client", "remove", client.id.text, "--data", directory])
                Terminal.warn("The client \(client.id) could not be removed. To do: \(command)")
            }
        }
    }
}
