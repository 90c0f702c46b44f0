import Countersign
import CountersignClient
import Foundation
import TestSupport
import Testing

@Suite("Access tokens are cached by the client library", .serialized, .ownThreads)
struct AccessTokensTests {
    private static let resources = ["https://api.example", "https://other.example"]

    private static func audience(_ token: String) throws -> JSONValue? {
        try JSONObject(parsing: try CompactJWS(parsing: Array(token.utf8)).payload)["aud"]
    }

    @Test("Concurrent callers share one fetch, and each scope and resource has its own token")
    func shared() async throws {
        let server = try ServerProcess()
        defer { server.remove() }
        let key = try SigningKey.generate(.es256)
        let jwks = server.directory + "/billing.jwks.json"
        try JWKSet([JWK(key: key.verificationKey, keyID: "k1", algorithm: nil, use: nil)]).render()
            .write(toFile: jwks, atomically: true, encoding: .utf8)
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "billing", "--name", "Billing", "--scope", "read", "--scope", "write",
            "--jwks", jwks, "--data", server.directory,
        ])
        for uri in Self.resources {
            try ServerProcessTests.expectSuccess([
                "resource", "add", uri, "--scope", "read", "--data", server.directory,
            ])
        }
        let connection = try Connection()
        do {
            try await expectSharing(
                TokenClient(
                    issuer: server.baseURL, clientID: ClientID("billing"), key: key, keyID: "k1", connection: connection
                ))
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
        #expect(server.terminate() == 0)
    }

    private func expectSharing(_ client: TokenClient) async throws {
        let tokens = AccessTokens(client)
        let together = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await tokens.accessToken() } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(together.count == 1)
        #expect(together.contains(try await tokens.accessToken()))
        let read = try await tokens.accessToken(scope: "read")
        #expect(!together.contains(read))
        // RFC 8707 §2: a token for a resource is not one for the default audience, nor one for several.
        let one = [Self.resources[0]]
        let forOne = try await tokens.accessToken(scope: "read", resources: one)
        let forBoth = try await tokens.accessToken(scope: "read", resources: Self.resources)
        #expect(try Self.audience(forOne) == .string(one[0]))
        #expect(try Self.audience(forBoth) == .array(Self.resources))
        #expect(try await tokens.accessToken(scope: "read", resources: one) == forOne)
        #expect(try await tokens.accessToken(scope: "read") == read)

        tokens.removeAll()
        #expect(!together.contains(try await tokens.accessToken()))
        // The margin of ten years exceeds any token's lifetime, so no cached token is reused.
        let impatient = AccessTokens(client, margin: .seconds(315_360_000))
        #expect(try await impatient.accessToken() != impatient.accessToken())
    }
}
