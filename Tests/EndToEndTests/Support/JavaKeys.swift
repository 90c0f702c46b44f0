import Foundation

/// Keys and certificates made with keytool, as WSO2's users make them.
struct JavaKeys {
    static let password = "changeit"

    private let keytool: String
    let directory: String

    /// Prints a line and returns `nil` if keytool or openssl is missing.
    init?(in directory: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        func tool(_ name: String) -> String? {
            folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        }
        guard let keytool = tool("keytool"), tool("openssl") != nil else {
            print("skipped: keytool and openssl are needed; scripts/system-packages test installs them")
            return nil
        }
        self.keytool = keytool
        self.directory = directory
    }

    func path(_ name: String) -> String { directory + "/" + name }

    /// Makes a key pair with its certificate in a key store, which is created if missing.
    func makeKey(_ alias: String, in store: String, type: String = "JKS", days: Int = 400) throws {
        try run(
            keytool,
            [
                "-genkeypair", "-alias", alias, "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=\(alias)",
                "-validity", "\(days)", "-keystore", path(store), "-storetype", type, "-storepass", Self.password,
                "-keypass", Self.password,
            ])
    }

    /// Exports a key's certificate in DER.
    func exportCertificate(_ alias: String, from store: String, to file: String) throws {
        try run(
            keytool,
            [
                "-exportcert", "-alias", alias, "-keystore", path(store), "-storepass", Self.password, "-file",
                path(file),
            ])
    }

    /// Imports a certificate without a key, as servers store those of their clients.
    func importCertificate(_ file: String, as alias: String, into store: String, type: String) throws {
        try run(
            keytool,
            [
                "-importcert", "-noprompt", "-alias", alias, "-file", path(file), "-keystore", path(store),
                "-storetype", type, "-storepass", Self.password,
            ])
    }

    /// Exports a private key in PEM, as the client stores it.
    func exportPrivateKey(_ alias: String, from store: String, to file: String) throws {
        try run(
            keytool,
            [
                "-importkeystore", "-noprompt", "-srckeystore", path(store), "-srcstorepass", Self.password,
                "-srcalias", alias, "-destkeystore", path(file + ".p12"), "-deststoretype", "PKCS12",
                "-deststorepass", Self.password,
            ])
        try run(
            "/usr/bin/env",
            [
                "openssl", "pkcs12", "-in", path(file + ".p12"), "-nocerts", "-nodes", "-passin",
                "pass:\(Self.password)", "-out", path(file),
            ])
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let result = try ServerProcess.run(program, arguments)
        guard result.status == 0 else {
            throw TestFailure("\(arguments.joined(separator: " ")): \(result.output)\(result.errors)")
        }
    }
}
