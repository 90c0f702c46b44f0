import Countersign
import Crypto
import Foundation
import SwiftASN1
import TestSupport
import Testing
import X509

@Suite("Third-party clients", .ownThreads, .serialized)
struct OtherClientsTests {
    @Test("Authlib's PrivateKeyJWT gets a token", arguments: ["RS256", "ES256", "EdDSA"])
    func authlib(_ algorithm: String) throws {
        guard let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] else {
            print("skipped: TEST_PYTHON is not set; make test sets it")
            return
        }
        let server = try ServerProcess()
        let key = server.directory + "/client.pem"
        try ServerProcessTests.expectSuccess(["keygen", "--alg", algorithm, "--out", key])
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "authlib", "--name", "Authlib", "--scope", "read", "--jwks",
            server.directory + "/client.jwks.json", "--data", server.directory,
        ])
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Support/authlib_client.py").path
        let result = try ServerProcess.run(
            python, [script, server.baseURL + "/oauth2/token", "authlib", key, algorithm])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("Bearer read"))
        #expect(server.terminate() == 0)
        server.remove()
    }

    @Test("The curl command of WSO2's guide gets a token over TLS")
    func guide() throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.makeCertificate(in: folder)
        let setup = try ServerProcessTests.Setup(arguments: [
            "--tls-certificate", folder + "/tls.pem", "--tls-key", folder + "/tls.key",
        ])
        let assertion = try setup.assertion()
        let result = try ServerProcess.run(
            "/usr/bin/curl",
            [
                "-v", "-X", "POST", "-H", "Content-Type: application/x-www-form-urlencoded;charset=ISO-8859-1", "-k",
                "-d",
                "grant_type=client_credentials&scope=openid"
                    + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                    + "&client_assertion=\(assertion)&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback",
                setup.server.baseURL + "/oauth2/token",
            ])
        #expect(setup.server.baseURL.hasPrefix("https://"))
        let answer = try JSONObject(parsing: Array(result.output.utf8))
        #expect(answer["token_type"] == "Bearer")
        #expect(answer.string("access_token") != nil)
        #expect(setup.server.terminate() == 0)
        setup.server.remove()
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("A private key that does not match the certificate stops startup early", arguments: [true, false])
    func foreignKey(_ checks: Bool) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.makeCertificate(in: folder)
        try P256.Signing.PrivateKey().pemRepresentation.write(
            toFile: folder + "/other.key", atomically: true, encoding: .utf8)
        chmod(folder + "/other.key", 0o600)
        let result = try ServerProcess.run(
            [
                "serve", "--data", folder + "/data", "--listen", "127.0.0.1:0", "--tls-certificate",
                folder + "/tls.pem", "--tls-key", folder + "/other.key",
            ] + (checks ? ["--check"] : []))
        #expect(result.status == 1)
        #expect(result.errors.contains("other.key: its private key is not that of the certificate in"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/data"))
    }

    private static func makeCertificate(in folder: String) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("localhost") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: .now - 60,
            notValidAfter: .now + 3600, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: .init(), issuerPrivateKey: .init(key))
        try certificate.serializeAsPEM().pemString.write(
            toFile: folder + "/tls.pem", atomically: true, encoding: .utf8)
        try key.pemRepresentation.write(toFile: folder + "/tls.key", atomically: true, encoding: .utf8)
        chmod(folder + "/tls.key", 0o600)
    }
}
