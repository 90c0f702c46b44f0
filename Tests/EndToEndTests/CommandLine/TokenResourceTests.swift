import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("RFC 8707 §2: countersign token --resource", .ownThreads, .serialized)
struct TokenResourceTests {
    private static let (invoices, reports) = ("https://invoices.example", "https://reports.example/mcp")

    /// A server with two resources.
    private struct Setting {
        let setup: ServerProcessTests.Setup

        init() throws {
            setup = try ServerProcessTests.Setup()
            for (uri, scope) in [(invoices, "read write"), (reports, "read")] {
                try ServerProcessTests.expectSuccess([
                    "resource", "add", uri, "--scope", scope, "--data", setup.server.directory,
                ])
            }
        }

        func token(_ options: [String]) throws -> (status: Int32, output: String, errors: String) {
            try ServerProcess.run(
                ["token", "--issuer", setup.server.baseURL, "--client-id", "billing", "--key", setup.key] + options)
        }
    }

    @Test(
        "The token is for the resources named, with the scopes that they know",
        arguments: [
            ([], nil, "read write"), ([reports], [reports], "read"), ([invoices], [invoices], "read write"),
            ([invoices, reports, invoices], [invoices, reports], "read write"),
        ] as [([String], [String]?, String)])
    func audience(_ resources: [String], _ audience: [String]?, _ scope: String) throws {
        let setting = try Setting()
        defer { setting.setup.server.remove() }
        let result = try setting.token(resources.flatMap { ["--resource", $0] } + ["--claims", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        guard case .object(let claims)? = try JSONObject(parsing: Array(result.output.utf8.dropLast()))["claims"] else {
            throw TestFailure(result.output)
        }
        let expected = audience ?? [setting.setup.server.baseURL]
        #expect(claims["aud"] == (expected.count == 1 ? .string(expected[0]) : .array(expected)))
        #expect(claims.string("scope")?.text == scope)
    }

    @Test("A resource that is not registered is named in the error, with the one that was probably meant")
    func unknown() throws {
        let setting = try Setting()
        defer { setting.setup.server.remove() }
        let issuer = setting.setup.server.baseURL
        let unknown = try setting.token(["--resource", "https://other.example"])
        #expect((unknown.status, unknown.output) == (1, ""))
        #expect(
            unknown.errors == """
                error: the server answered 400 invalid_target: resource: 'https://other.example' is not registered with this \
                server. See \(issuer)/errors/invalid_target

                """)
        let slash = try setting.token(["--resource", Self.invoices + "/"])
        #expect(
            slash.errors.contains("Resources are compared exactly: '\(Self.invoices)' is registered."),
            "\(slash.errors)")
        #expect(slash.status == 1)
    }

    @Test("A server without resources gives a token for everything, which is reported")
    func ignored() throws {
        let setup = try ServerProcessTests.Setup()
        defer { setup.server.remove() }
        let token = ["token", "--issuer", setup.server.baseURL, "--client-id", "billing", "--key", setup.key]
        let result = try ServerProcess.run(token + ["--resource", Self.invoices])
        #expect(result.status == 0)
        #expect(
            result.errors == """
                warning: the token is for \(setup.server.baseURL), not for \(Self.invoices) alone. A server without resources \
                ignores --resource: register the API there with 'countersign resource add'.

                """)
        #expect(try ServerProcess.run(token).errors == "")
    }

    @Test("What is not an absolute URI without a fragment is not sent")
    func malformed() throws {
        for uri in ["api", "", "https://api.example/#x"] {
            let result = try ServerProcess.run([
                "token", "--issuer", "http://127.0.0.1:1", "--client-id", "billing", "--key", "/none", "--resource",
                uri,
            ])
            #expect(result.status == 2)
            #expect(result.errors.contains("is not an absolute URI without a fragment"), "\(result.errors)")
        }
    }

    @Test("--curl prints each resource")
    func curl() throws {
        let setting = try Setting()
        defer { setting.setup.server.remove() }
        let result = try setting.token(["--resource", Self.invoices, "--resource", Self.reports, "--curl"])
        for uri in [Self.invoices, Self.reports] {
            #expect(result.output.contains("--data-urlencode 'resource=\(uri)'"), "\(result.output)")
        }
    }
}
