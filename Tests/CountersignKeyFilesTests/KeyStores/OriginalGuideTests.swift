import CountersignJOSE
import CountersignKeyFiles
import Foundation
import TestSupport
import Testing

/// Runs the commands with which users of the original system make their certificates.
@Suite("Files made with the original guide's commands", .ownThreads, .serialized)
struct OriginalGuideTests {
    /// A temporary folder for the commands.
    private struct Workbench: ~Copyable {
        private let folder: URL

        /// - Returns: `nil` if keytool or openssl is not installed.
        init?() throws {
            guard Program.run(["keytool", "-help"]), Program.run(["openssl", "version"]) else {
                print("skipped: keytool and openssl are needed; scripts/system-packages test installs them")
                return nil
            }
            folder = URL(filePath: TemporaryDirectory().path)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        deinit {
            try? FileManager.default.removeItem(at: folder)
        }

        func run(_ arguments: String...) {
            #expect(Program.run(arguments, in: folder), "\(arguments.joined(separator: " "))")
        }

        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: folder.appending(path: name)))
        }

        func write(_ bytes: [UInt8], _ name: String) throws {
            try Data(bytes).write(to: folder.appending(path: name))
        }

        func keyStore(_ name: String) throws -> KeyStoreFile {
            try KeyStoreFile(try bytes(name), name: name, password: Array("changeit".utf8))
        }
    }

    struct Kind: Sendable, CustomTestStringConvertible {
        let generate: String
        let type: String
        let format: KeyFormat.StoreKind
        let algorithm: String
        var testDescription: String { "\(generate) \(type) \(algorithm)" }
    }

    static let kinds: [Kind] = [
        .init(generate: "-genkey", type: "JKS", format: .jks, algorithm: "RSA"),
        .init(generate: "-genkeypair", type: "PKCS12", format: .pkcs12, algorithm: "RSA"),
        .init(generate: "-genkeypair", type: "JKS", format: .jks, algorithm: "EC"),
    ]

    @Test("are read, from the client's key store to the server's", arguments: kinds)
    func guide(_ kind: Kind) throws {
        guard let bench = try Workbench() else { return }
        bench.run(
            "keytool", kind.generate, "-alias", "WSO2carbon", "-keyalg", kind.algorithm, "-keysize",
            kind.algorithm == "RSA" ? "2048" : "256", "-keystore", "x.jks", "-storetype", kind.type, "-dname",
            "CN=client, O=Example", "-validity", "3650", "-storepass", "changeit", "-keypass", "changeit")
        let own = try bench.keyStore("x.jks")
        #expect(own.format == kind.format)
        // keytool converts aliases of keys to lower case.
        #expect(own.entries.map(\.alias) == ["wso2carbon"])
        #expect(own.entries.map(\.kind) == [.keyEntry])
        #expect(own.entries.map(\.isFromJava) == [true])
        #expect(own.notes.contains { $0.contains("private key") })
        let certificate = try #require(own.entries.first?.key.certificate)
        #expect(certificate.facts.subject.contains("CN=client"))

        bench.run(
            "keytool", "-export", "-alias", "wso2carbon", "-file", "exported.crt", "-keystore", "x.jks", "-storepass",
            "changeit")
        #expect(try KeyFile(try bench.bytes("exported.crt"), name: "crt").keys[0].certificate == certificate)

        bench.run(
            "keytool", "-importkeystore", "-srckeystore", "x.jks", "-destkeystore", "x.p12", "-deststoretype", "PKCS12",
            "-srcstorepass", "changeit", "-deststorepass", "changeit", "-noprompt")
        let converted = try bench.keyStore("x.p12")
        #expect(converted.format == .pkcs12)
        #expect(KeyStoreFixture.summary(converted) == KeyStoreFixture.summary(own))

        bench.run(
            "openssl", "pkcs12", "-in", "x.p12", "-nokeys", "-out", "pubcert.pem", "-passin", "pass:changeit")
        #expect(try KeyFile(try bench.bytes("pubcert.pem"), name: "pem").keys[0].certificate == certificate)

        bench.run(
            "keytool", "-import", "-alias", "Client-ID", "-file", "pubcert.pem", "-keystore", "y.jks", "-storetype",
            kind.type, "-storepass", "changeit", "-noprompt")
        let other = try bench.keyStore("y.jks")
        // Likewise aliases of certificates, except in PKCS#12.
        #expect(other.entries.map(\.alias) == [kind.format == .pkcs12 ? "Client-ID" : "client-id"])
        #expect(other.entries.map(\.kind) == [.trustedCertificate])
        #expect(other.entries.map(\.isFromJava) == [true])
        #expect(other.entries[0].key.certificate == certificate)
        #expect(other.notes.isEmpty)
    }

    @Test("Java reads JKS written by JavaKeyStoreWriter, version 1 and 2", arguments: [1, 2] as [UInt32])
    func javaReadsOurs(_ version: UInt32) throws {
        guard let bench = try Workbench() else { return }
        var writer = JavaKeyStoreWriter(version: version)
        writer.addCertificate(alias: [0x61, 0xC3, 0xA9], try Fixture.bytes("rsa.certificate.der"))
        try bench.write(writer.bytes(), "ours.jks")
        bench.run(
            "keytool", "-importkeystore", "-srckeystore", "ours.jks", "-srcstoretype", "JKS", "-srcstorepass",
            "changeit", "-destkeystore", "theirs.p12", "-deststoretype", "PKCS12", "-deststorepass", "changeit",
            "-noprompt")
        #expect(try bench.keyStore("theirs.p12").entries.map(\.alias) == ["aé"])
    }
}
