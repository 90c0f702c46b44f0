import Foundation
import TestSupport
import Testing

/// WSO2's guide to private_key_jwt, section "Configure keystore": its commands, with ours in place of its console.
@Suite(
    "The key store of WSO2's guide", .ownThreads, .serialized, .requires("keytool", "openssl"), .timeLimit(.minutes(5))
)
struct OriginalGuideProcessTests {
    /// The guide's client ID, which Java lower-cases to `nwu59qy9asdqftmwlcfmkvohvuya`.
    static let clientID = "nwU59qy9AsDqftmwLcfmkvOhvuYa"

    enum Order: Sendable, CaseIterable { case registrationFirst, importFirst }

    /// The files that the guide's commands create, in a temporary folder.
    private struct Files: ~Copyable {
        let folder = TemporaryDirectory().path

        /// - Parameter type: the key store type in `keytool`'s terms, whose default was JKS up to Java 8 and is PKCS12 since.
        init(type: String) throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let id = OriginalGuideProcessTests.clientID
            // What the guide types at the prompts is given as options.
            let store = ["-storetype", type, "-storepass", "changeit"]
            try run(
                ["keytool", "-genkey", "-alias", id, "-keyalg", "RSA", "-keystore", "TodayApp.jks"]
                    + store + ["-keypass", "changeit", "-dname", "CN=TodayApp"])
            try run([
                "keytool", "-importkeystore", "-srckeystore", "TodayApp.jks", "-destkeystore", "TodayApp.p12",
                "-deststoretype", "PKCS12", "-srcstorepass", "changeit", "-deststorepass", "changeit",
            ])
            try run([
                "openssl", "pkcs12", "-in", "TodayApp.p12", "-nokeys", "-out", "pubcert.pem", "-passin",
                "pass:changeit",
            ])
            try run([
                "openssl", "pkcs12", "-in", "TodayApp.p12", "-nodes", "-nocerts", "-out", "privatekey.pem", "-passin",
                "pass:changeit",
            ])
            try run([
                "keytool", "-export", "-alias", id, "-file", id, "-keystore", "TodayApp.jks", "-storepass", "changeit",
            ])
            try run(
                ["keytool", "-import", "-alias", id, "-file", id, "-keystore", "wso2carbon.jks", "-noprompt"] + store)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: folder)
        }

        private func run(_ command: [String]) throws {
            let result = try ServerProcess.run("/usr/bin/env", ["-C", folder] + command)
            #expect(result.status == 0, "\(command.joined(separator: " ")): \(result.output)\(result.errors)")
        }
    }

    /// The files that an operator may import into Countersign, and whether each is a key store.
    private static let sources = [
        ("wso2carbon.jks", true), ("TodayApp.jks", true), ("TodayApp.p12", true), (clientID, false),
    ]

    @Test("gives the client its key, whether imported before or after the registration", arguments: ["JKS", "PKCS12"])
    func guide(_ type: String) throws {
        let files = try Files(type: type)
        for (source, isKeyStore) in Self.sources {
            for order in Order.allCases {
                try Self.expectToken(files.folder, source, isKeyStore: isKeyStore, order)
            }
        }
    }

    private static func expectToken(_ folder: String, _ source: String, isKeyStore: Bool, _ order: Order) throws {
        let server = try ServerProcess()
        let data = ["--data", server.directory]
        func addCertificate() throws {
            let password = isKeyStore ? ["--password-stdin"] : []
            let imported = try ServerProcess.run(
                ["keystore", "import", folder + "/" + source] + password + data, input: "changeit")
            #expect(imported.status == 0, "\(source), \(order): \(imported.errors)")
        }
        if order == .importFirst { try addCertificate() }
        try ServerProcessTests.expectSuccess(["client", "add", "--id", clientID, "--name", "TodayApp"] + data)
        if order == .registrationFirst { try addCertificate() }
        try Patience.expect("a token with \(source), \(order)") {
            try ServerProcess.run([
                "token", "--issuer", server.baseURL, "--client-id", clientID, "--key", folder + "/privatekey.pem",
            ]).status == 0
        }
        #expect(server.terminate() == 0)
        server.remove()
    }
}
