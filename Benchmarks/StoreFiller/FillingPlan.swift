import Countersign
import Foundation
import SQLite
import Store

/// The clients to be registered in a store.
struct FillingPlan: Sendable {
    let directory: String
    private let clients: Int
    private let measured: Int
    private let measuredName: String
    private let measuredKeys: JWKSet
    /// The prefix of the measured clients' key set URLs, to which the client's ID is appended; `nil` if their keys are registered.
    private let keySetPrefix: String?
    /// The number of seconds until the key sets expire; `nil` if none has been fetched.
    private let secondsToExpiry: Int?
    private let scopes: [String]
    /// The used assertions to be stored.
    let liveClaims: LiveClaimsFilling
    /// The refusals to be stored.
    let refusals: RefusalFilling
    /// The entries of the key store; `nil` for none.
    let keyStore: KeyStoreFilling?
    /// The person and their grants; `nil` for none.
    let people: PeopleFilling?

    private static let names: Set<String> = [
        "--data", "--clients", "--measured", "--client", "--jwks", "--jwks-uri", "--sets-expire-in", "--scope",
        "--live-claims", "--refusals", "--grants", "--secrets", "--entries", "--certificate",
    ]

    init(_ arguments: [String]) throws {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard Self.names.contains(name), let value = rest.popFirst() else {
                throw UsageError(message: "'\(name)' is not an option, or has no value")
            }
            values[name] = value
        }
        guard let directory = values["--data"] else { throw UsageError(message: "--data is missing") }
        guard let clients = values["--clients"].flatMap(Int.init), clients >= 0,
            let measured = Int(values["--measured"] ?? "0"), (0...clients).contains(measured)
        else { throw UsageError(message: "--clients takes a number, --measured a number up to that") }
        self.directory = directory
        self.clients = clients
        self.measured = measured
        measuredName = values["--client"] ?? "bench"
        measuredKeys = measured > 0 ? try Self.keySet(values["--jwks"]) : JWKSet([])
        keySetPrefix = values["--jwks-uri"]
        secondsToExpiry = try values["--sets-expire-in"].map(Self.seconds)
        guard secondsToExpiry == nil || keySetPrefix != nil else {
            throw UsageError(message: "--sets-expire-in requires --jwks-uri")
        }
        guard let claims = Int(values["--live-claims"] ?? "0"), claims >= 0 else {
            throw UsageError(message: "--live-claims takes a number")
        }
        liveClaims = LiveClaimsFilling(count: claims)
        guard let refusals = Int(values["--refusals"] ?? "0"), refusals >= 0 else {
            throw UsageError(message: "--refusals takes a number")
        }
        self.refusals = RefusalFilling(count: refusals)
        switch (values["--entries"].map(Int.init), values["--certificate"]) {
        case (nil, nil): keyStore = nil
        case (.some(let count?), let file?) where count > 0: keyStore = KeyStoreFilling(count: count, certificate: file)
        default: throw UsageError(message: "--entries takes a number and requires --certificate")
        }
        switch (values["--grants"].map(Int.init), values["--secrets"]) {
        case (nil, nil): people = nil
        case (.some(let count?), let folder?) where count > 0 && measured == 1:
            people = PeopleFilling(client: ClientID(measuredName), count: count, folder: folder)
        default: throw UsageError(message: "--grants takes a number and requires --secrets and --measured 1")
        }
        scopes = (values["--scope"] ?? "").split(separator: " ").map(String.init)
    }

    private static func seconds(_ text: String) throws -> Int {
        guard let seconds = Int(text), seconds > 0 else {
            throw UsageError(message: "--sets-expire-in takes a number of seconds")
        }
        return seconds
    }

    private static func keySet(_ path: String?) throws -> JWKSet {
        guard let path, let bytes = FileManager.default.contents(atPath: path) else {
            throw UsageError(message: "--jwks takes the file with the measured clients' keys")
        }
        return try JWKSet(parsing: Array(bytes))
    }

    /// Registers a thousand clients at a time and reports progress, because a million take a minute or two.
    ///
    /// - Returns: when the first key set is due for a refresh, if any was fetched.
    func fill(_ store: any Store) async throws -> UnixTime? {
        let now = UnixTime.now
        // Generating a key takes longer than registering a client, and all keys cost the store the same.
        let otherKeys = try (0..<min(1000, clients - measured)).map { _ in
            let key = try SigningKey.generate(.es256).verificationKey
            return JWK(key: key, keyID: ExactString(key.thumbprint), algorithm: .es256, use: "sig")
        }
        for start in stride(from: 1, through: clients, by: 1000) {
            let registrations = (start...min(start + 999, clients)).map { number in
                let keys = number <= measured ? ownKeys : [otherKeys[number % otherKeys.count]]
                var client = ClientRecord(
                    id: id(number), name: "Client \(number)", scopes: scopes, keySetURL: keySetURL(number),
                    createdAt: now)
                if let people, number <= measured { people.prepare(&client) }
                return ClientRegistration(
                    client: client,
                    keys: keys.map { KeyRecord(jwk: $0, addedAt: now) })
            }
            try await store.clients.add(registrations)
            let number = start + registrations.count - 1
            if number.isMultiple(of: 100_000) { StoreFiller.say("  \(number) of \(clients) clients") }
        }
        guard let secondsToExpiry else { return nil }
        let filling = KeySetFilling(body: Array(measuredKeys.render().utf8), expiry: .now + .seconds(secondsToExpiry))
        return try await filling.fill(store.keySets, (1...max(1, measured)).compactMap { keySetURL($0) })
    }

    private func id(_ number: Int) -> ClientID {
        guard number <= measured else { return ClientID("other-\(number)") }
        return ClientID(measured == 1 ? measuredName : "\(measuredName)-\(number)")
    }

    private func keySetURL(_ number: Int) -> String? {
        number <= measured ? keySetPrefix.map { $0 + id(number).text } : nil
    }

    /// The registered keys of a measured client.
    private var ownKeys: [JWK] { keySetPrefix == nil ? measuredKeys.keys : [] }
}
