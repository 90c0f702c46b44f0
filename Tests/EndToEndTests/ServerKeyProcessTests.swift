import Countersign
import Foundation
import TestSupport
import Testing

@Suite("The server's keys, on the command line and a running server", .ownThreads)
struct ServerKeyProcessTests {
    private struct Setup {
        let server: ServerProcess
        var data: [String] { ["--data", server.directory] }

        init() throws {
            server = try ServerProcess()
            let key = server.directory + "/client.pem"
            try ServerProcessTests.expectSuccess(["keygen", "--out", key])
            try ServerProcessTests.expectSuccess(
                [
                    "client", "add", "--id", "billing", "--name", "Billing", "--jwks",
                    server.directory + "/client.jwks.json",
                ] + data)
        }

        /// The `kid` of a new access token.
        func signer() throws -> ExactString? {
            let token = try ServerProcessTests.expectSuccess([
                "token", "--issuer", server.baseURL, "--client-id", "billing", "--key",
                server.directory + "/client.pem",
            ])
            return try CompactJWS(parsing: Array(token.trimmingCharacters(in: .whitespacesAndNewlines).utf8)).header
                .keyID
        }

        /// The published `kid`s.
        func published() throws -> [ExactString] {
            let response = try ServerProcess.run("/usr/bin/curl", ["-sS", server.baseURL + "/oauth2/jwks"])
            return try JWKSet(parsing: Array(response.output.utf8)).keys.compactMap(\.keyID)
        }

        func keys(_ arguments: String...) throws -> [JSONObject] {
            let output = try ServerProcessTests.expectSuccess(["server-key"] + arguments + ["--json"] + data)
            guard case .array(let elements) = try JSONValue(parsing: Array(output.utf8.dropLast())) else { return [] }
            return elements.compactMap { if case .object(let key) = $0 { key } else { nil } }
        }
    }

    @Test("A rotated key is published at once, and signs when the one before it is withdrawn")
    func life() throws {
        let setup = try Setup()
        let first = try #require(try setup.signer())
        let rotated = try setup.keys("rotate", "--algorithm", "ES256", "--in", "1h")
        // Without a configuration, the key before stays published for as long as any token can be valid.
        let older = rotated.first { $0.string("kid")?.text == first.text }
        let year = UnixTime.now + .seconds(365 * 86_400)
        #expect(try #require(older?.string("published_until")).text > year.text)
        let next = try #require(rotated.first { $0.string("state") == "next" }?.string("kid"))
        try Patience.expect("the next key is published") { try setup.published().contains(next) }
        #expect(try setup.signer() == first)

        let again = try ServerProcess.run(["server-key", "rotate"] + setup.data)
        #expect(again.status == 1)
        #expect(again.errors.contains("there is already a next key for ES256"))
        #expect(try ServerProcess.run(["server-key", "retire", first.text] + setup.data).status == 2)

        _ = try setup.keys("retire", first.text, "--yes")
        try Patience.expect("the next key signs") { try setup.signer() == next }
        #expect(try !setup.published().contains(first))
        let states = try setup.keys("list").filter { $0.string("alg") == "ES256" }.compactMap { $0.string("state") }
        #expect(states == ["active", "withdrawn"])
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
    }
}
