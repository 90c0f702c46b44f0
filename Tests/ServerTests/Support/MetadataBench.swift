import Countersign
import TestSupport
import Testing

@testable import Server

/// Client metadata documents with a manual clock and a fake reader.
struct MetadataBench {
    static let url: ExactString = "https://client.example/c"
    static let id = ClientID(url)
    static let algorithms = ServerKeys.algorithms(accessTokens: .es256)

    let clock = TestClock()
    let reader = FakeReader()
    let log = RecordedLog()
    let proofs = RememberedProofs()

    /// Creates an empty cache of documents.
    func documents(_ change: (inout ServerSettings) -> Void = { _ in }) throws -> ClientMetadataDocuments {
        let (clock, log) = (clock, log)
        return ClientMetadataDocuments(
            store: proofs, reader: reader, Self.settings(change), algorithms: Self.algorithms,
            log.runtime(clock))
    }

    static func settings(_ change: (inout ServerSettings) -> Void = { _ in }) -> ServerSettings {
        var settings = ServerSettings()
        settings.clientMetadata.isEnabled = true
        settings.clientMetadata.allowedHosts = ["client.example", "keys.example", "*.agents.example"]
        settings.clientMetadata.scopes = ["read", "write"]
        change(&settings)
        return settings
    }

    /// Returns a valid document with changed members; `nil` removes one.
    static func document(
        _ url: ExactString = Self.url, keyID: String = "k1", changes: [(String, JSONValue?)] = []
    ) throws -> [UInt8] {
        var members: [(String, JSONValue)] = [
            ("client_id", .string(url)), ("client_name", "Agent"),
            ("token_endpoint_auth_method", "private_key_jwt"), ("grant_types", ["client_credentials"]),
            ("jwks", try JSONValue(parsing: KeySetBench.keySet([keyID]))),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return JSONObject(members).rendered()
    }

    func publish(
        _ url: ExactString = Self.url, keyID: String = "k1", etag: String? = nil, lifetime: Duration? = nil,
        changes: [(String, JSONValue?)] = []
    ) throws {
        reader.answer(
            url, .received(try Self.document(url, keyID: keyID, changes: changes), etag: etag, lifetime: lifetime))
    }
}

extension ClientMetadataDocuments {
    /// Simulates a request in which the client proves a key.
    func prove(_ id: ClientID = MetadataBench.id, at now: UnixTime) async throws(ClientMetadataFault) {
        recordProof(of: try await client(id), at: now)
    }

    var isReading: Bool { readingCount > 0 }

    /// Returns the `kid`s in a client's document.
    func keyIDs(_ id: ClientID = MetadataBench.id) async throws(ClientMetadataFault) -> [String] {
        try await client(id).keys.map { $0.jwk.keyID?.text ?? "" }
    }
}
