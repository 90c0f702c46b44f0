import Foundation
import TestSupport
import Testing

@Suite("The description of the admin API, with tools written elsewhere", .ownThreads, .serialized)
struct AdminAPIDescriptionTests {
    /// A server and a client that may administer it.
    private static func withServer(
        tokenFormat: String, _ body: (_ python: String, _ server: ServerProcess, _ key: String) throws -> Void
    ) throws {
        guard let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] else {
            print("skipped: TEST_PYTHON is not set; make test sets it")
            return
        }
        let folder = TemporaryDirectory().path
        let server = try ServerProcess.start(configuration: ServerProcess.cheapPasswords, in: folder)
        let key = folder + "/operator.pem"
        try ServerProcessTests.expectSuccess(["keygen", "--alg", "ES256", "--out", key])
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "operator", "--scope", "admin.read admin.write", "--access-token-format",
            tokenFormat, "--jwks", folder + "/operator.jwks.json", "--data", server.directory,
        ])
        try body(python, server, key)
        #expect(server.terminate() == 0)
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func program(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Programs/\(name)").path
    }

    @Test(
        "openapi-spec-validator accepts it, and the client that openapi-python-client makes of it administers the server"
    )
    func generatedClient() throws {
        try Self.withServer(tokenFormat: "jwt") { python, server, key in
            let folder = URL(fileURLWithPath: key).deletingLastPathComponent().path
            let certificate = folder + "/certificate.pem"
            let made = try ServerProcess.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/unused.key", "-out",
                    certificate, "-subj", "/CN=zoe", "-days", "30",
                ])
            #expect(made.status == 0, "\(made.errors)")
            let result = try ServerProcess.run(
                python,
                [
                    "-W", "ignore", Self.program("generated_client_walk.py"), server.baseURL, "operator", key, folder,
                    certificate,
                ])
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            #expect(result.output.contains("walked"))
        }
    }

    /// `ADMIN_API_EXAMPLES` is set by `make soak`.
    @Test("schemathesis finds no operation that fails or answers what the description does not say")
    func properties() throws {
        try Self.withServer(tokenFormat: "opaque") { python, server, key in
            let examples = ProcessInfo.processInfo.environment["ADMIN_API_EXAMPLES"] ?? "6"
            let folder = URL(fileURLWithPath: key).deletingLastPathComponent().path
            let result = try ServerProcess.run(
                python,
                [
                    "-W", "ignore", Self.program("property_run.py"), server.baseURL, "operator", key, folder, examples,
                ])
            #expect(result.status == 0, "\(result.output.suffix(8000))\(result.errors.suffix(2000))")
            #expect(result.output.contains("Test cases:"))
        }
    }
}
