import Countersign
import Crypto
import Foundation
import Store
import TestSupport
import Testing

@Suite(
    "Broken clients: the answer tells a developer what to change", .ownThreads, .brokenClientServer,
    .timeLimit(.minutes(5)))
struct BrokenClientTests {
    @Test("Clock and time faults", arguments: BrokenClient.times)
    func times(_ client: BrokenClient) throws { try check(client) }

    @Test("Faults in other claims", arguments: BrokenClient.claims)
    func claims(_ client: BrokenClient) throws { try check(client) }

    @Test("Faults in the assertion's encoding or header", arguments: BrokenClient.tokens)
    func tokens(_ client: BrokenClient) throws { try check(client) }

    @Test("Faults in the request", arguments: BrokenClient.requests)
    func requests(_ client: BrokenClient) throws { try check(client) }

    @Test("Faults in the key or the registration", arguments: BrokenClient.keys)
    func keys(_ client: BrokenClient) throws { try check(client) }

    @Test("A valid assertion is accepted once, and its replay is reported to the client")
    func replay() throws {
        let bench = try BrokenClientBench.shared()
        let request = BrokenRequest(assertion: try bench.assertion(claims: [("jti", "order-7")]))
        #expect(try bench.send(request).status == 200)
        try check(
            BrokenClient(
                "replay", "replayed",
                told: ["jti: ", "found 'order-7', used before", "Sign a new assertion with a new jti"],
                untold: ["--allow-reuse"]
            ) { _ in request })
    }

    @Test("assertion inspect names the registered key that verifies the signature")
    func signatureSearch() throws {
        let bench = try BrokenClientBench.shared()
        func inspect(_ assertion: String) throws -> String {
            let result = try ServerProcess.run([
                "assertion", "inspect", assertion, "--data", bench.dataDirectory, "--issuer", bench.issuer,
            ])
            #expect(result.status == 1)
            return result.output
        }
        let renamed = try inspect(try bench.assertion(header: [("kid", "k2")]))
        #expect(renamed.contains("; the registered key 'k1' verifies the signature"))
        #expect(!renamed.contains("assertion inspect"))
        #expect(renamed.contains("\(bench.issuer)/errors/no_matching_key"))
        #expect(renamed.contains("Send kid 'k1', or sign with the key that is registered as 'k2', if there is one."))
        #expect(renamed.contains("operator  Nothing: only the client can change this."))
        let unknown = try ServerProcess.run([
            "assertion", "inspect", try bench.assertion(), "--data", bench.dataDirectory,
        ])
        #expect(unknown.status == 0)
        #expect(unknown.output.contains("not asked: the issuer is unknown: give --issuer or --config"))
        let forged = try inspect(try bench.assertion(key: .generate(.es256)))
        #expect(forged.contains("no registered key verifies the signature"))
        #expect(forged.contains("countersign client edit billing --data \(bench.dataDirectory) --jwks FILE"))
    }

    /// Inputs signed by mistake, and how `assertion inspect` reports them.
    private static let mistakes: [(signed: @Sendable (String) -> [UInt8], told: String)] = [
        ({ Array(SHA256.hash(data: Data($0.utf8))) }, "over a digest of header.claims: it was hashed twice"),
        (
            { input in
                let digest = SHA256.hash(data: Data(input.utf8)).map { String(format: "%02x", $0) }
                return Array(digest.joined().utf8)
            }, "over the hexadecimal text of a digest of header.claims"
        ),
        ({ Array("\($0)\n".utf8) }, "over header.claims followed by a line end"),
        ({ Array($0.split(separator: ".")[1].utf8) }, "over the claims alone"),
        ({ Base64URL.decode(String($0.split(separator: ".")[1])) ?? [] }, "over the JSON of the claims"),
        (
            { input in
                Array(input.split(separator: ".").compactMap { Base64URL.decode(String($0)) }.joined(separator: [0x2E]))
            },
            "over the JSON of header and claims"
        ),
    ]

    @Test("assertion inspect reports what was signed by mistake", arguments: mistakes.indices)
    func signedByMistake(_ index: Int) throws {
        let bench = try BrokenClientBench.shared()
        let (signed, told) = Self.mistakes[index]
        let input = try bench.assertion().split(separator: ".").dropLast().joined(separator: ".")
        let signature = try TestClients.key.sign(signed(input), algorithm: .es256)
        let result = try ServerProcess.run([
            "assertion", "inspect", "\(input).\(Base64URL.encode(signature))", "--data", bench.dataDirectory,
            "--issuer",
            bench.issuer,
        ])
        #expect(result.status == 1)
        #expect(result.output.contains("the registered key 'k1' made the signature, but \(told)"), "\(result.output)")
        #expect(result.output.contains("The key is the right one; the signature covers the ASCII text header.claims"))
    }

    @Test("The error for an unknown path names the token endpoint")
    func otherPath() throws {
        let bench = try BrokenClientBench.shared()
        let result = try ServerProcess.run("/usr/bin/curl", ["-sS", "-d", "a=b", bench.issuer + "/token"])
        let answer = try JSONObject(parsing: Array(result.output.utf8))
        #expect(answer.string("error") == "invalid_request")
        #expect(
            answer.string("error_description")?.text
                == "There is no endpoint at /token. The token endpoint is \(bench.issuer)/oauth2/token.")
    }

    @Test("For an unknown kid, the trace names the key set and when it was read")
    func keySetOrigin() async throws {
        let bench = try await RemoteBench()
        bench.keys.publish("/jwks", keys: [("k1", TestClients.key)])
        let answer = try await bench.token(kid: "k2")
        try await bench.expectRefusal(answer, .noMatchingKey)
        let reference = try #require(answer["reference"])
        let trace = try #require(try await bench.server.store.audit.entry(Reference(typed: reference))?.trace)
        #expect(
            trace.contains(
                "'k1': another kid (thumbprint \(ClientKey(JWK(key: TestClients.key.verificationKey)).thumbprint)); the keys come from the key set \(bench.keys.url("/jwks")), read at \(bench.clock.now.text)"
            ))
        try await bench.stop()
    }

    /// Commands, options and settings, which the client's developer cannot use.
    private static let operatorOnly = ["countersign ", " --", "[assertions]", "[server]", "_minutes", ".toml"]

    private func check(_ client: BrokenClient) throws {
        let bench = try BrokenClientBench.shared()
        let (status, answer) = try bench.send(try client.request(bench))
        #expect((400...415).contains(status))
        let description = try #require(answer.string("error_description")?.text)
        for words in client.told { #expect(description.contains(bench.named(words))) }
        for words in client.untold + Self.operatorOnly { #expect(!description.contains(bench.named(words))) }
        // RFC 6749 §5.2.
        #expect(description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        #expect(description.utf8.count <= 480, "a line or two")
        let page = try #require(answer.string("error_uri")?.text)
        #expect(page == "\(bench.issuer)/errors/\(client.page)")
        let text = try ServerProcess.run("/usr/bin/curl", ["-sS", "-f", page])
        #expect(text.output.contains("## What the client's developer does"))

        guard let reference = answer.string("reference")?.text else {
            #expect(client.explained.isEmpty)
            return
        }
        let explanation = try bench.explain(reference)
        for line in ["expected", "found", "client", "operator"] {
            #expect(explanation.contains(try Regex("\n +\(line) +[^ ]")))
        }
        for words in client.explained { #expect(explanation.contains(bench.named(words))) }
    }
}
