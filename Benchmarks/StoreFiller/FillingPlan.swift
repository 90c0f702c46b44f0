import Countersign
import CountersignJOSE
import CountersignStore
import Foundation

/// Which clients a store is to hold.
struct FillingPlan: Sendable {
    let directory: String
    private let clients: Int
    private let measured: Int
    private let measuredName: String
    private let measuredKeys: [JWK]
    private let scopes: [String]

    init(_ arguments: [String]) throws {
        let names: Set<String> = ["--data", "--clients", "--measured", "--client", "--jwks", "--scope"]
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard names.contains(name), let value = rest.popFirst() else {
                throw UsageError(message: "'\(name)' is not an option, or has no value")
            }
            values[name] = value
        }
        guard let directory = values["--data"] else { throw UsageError(message: "--data is missing") }
        guard let clients = values["--clients"].flatMap(Int.init), clients > 0,
            let measured = Int(values["--measured"] ?? "0"), (0...clients).contains(measured)
        else { throw UsageError(message: "--clients takes a number, --measured one that is not larger") }
        self.directory = directory
        self.clients = clients
        self.measured = measured
        measuredName = values["--client"] ?? "bench"
        measuredKeys = measured > 0 ? try Self.keys(values["--jwks"]) : []
        scopes = (values["--scope"] ?? "").split(separator: " ").map(String.init)
    }

    private static func keys(_ path: String?) throws -> [JWK] {
        guard let path, let bytes = FileManager.default.contents(atPath: path) else {
            throw UsageError(message: "--jwks takes the file with the measured clients' keys")
        }
        return try JWKSet(parsing: Array(bytes)).keys
    }

    /// Registers one after the other; on a slow disk that takes a while, so it says how far it is.
    func fill(_ store: some ClientStore) async throws {
        let now = UnixTime.now
        for number in 1...clients {
            let client = ClientRecord(id: id(number), name: "Client \(number)", scopes: scopes, createdAt: now)
            try await store.add(client, keys: try keys(number).map { KeyRecord(jwk: $0, addedAt: now) })
            if number.isMultiple(of: 10_000) { StoreFiller.say("  \(number) of \(clients) clients") }
        }
    }

    private func id(_ number: Int) -> ClientID {
        guard number <= measured else { return ClientID("other-\(number)") }
        return ClientID(measured == 1 ? measuredName : "\(measuredName)-\(number)")
    }

    private func keys(_ number: Int) throws -> [JWK] {
        guard number > measured else { return measuredKeys }
        let key = try SigningKey.generate(.es256).verificationKey
        return [JWK(key: key, keyID: ExactString(key.thumbprint), algorithm: .es256, use: "sig")]
    }
}
