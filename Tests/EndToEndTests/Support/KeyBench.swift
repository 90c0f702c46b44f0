import CountersignJOSE
import CountersignKeyFiles
import Fetching
import Foundation
import TestSupport
import Testing

/// A folder with a client's key, for use with the real binary.
struct KeyBench {
    let folder: String
    let key: SigningKey

    /// Runs the body in a new folder, with a new key in `key.pem` and its public half in `keys.json`.
    static func run(_ algorithm: SignatureAlgorithm = .es256, _ body: (KeyBench) throws -> Void) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let bench = KeyBench(folder: folder, key: try SigningKey.generate(algorithm))
        try bench.write("key.pem", bench.key.pem + "\n")
        try bench.write("keys.json", JWKSet([JWK(key: bench.key.verificationKey)]).render())
        try body(bench)
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        chmod(path(name), 0o600)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// Runs OpenSSL and expects success.
    func openssl(_ arguments: String...) throws {
        let result = try ServerProcess.run(try #require(Program.path("openssl")), arguments)
        #expect(result.status == 0, "\(result.errors)")
    }

    /// Runs `assertion sign` with a file's key.
    func sign(
        _ file: String, _ more: [String] = [], input: String? = nil
    ) throws -> (
        status: Int32, output: String, errors: String
    ) {
        try ServerProcess.run(
            ["assertion", "sign", "--client-id", "a", "--key", path(file), "--audience", "https://as.example"] + more,
            input: input)
    }

    /// Whether a printed assertion is signed with the folder's key.
    func isSigned(_ output: String) throws -> Bool {
        let jws = try CompactJWS(parsing: Array(output.utf8.dropLast()))
        return key.verificationKey.isValid(
            signature: jws.signature, for: jws.signingInput, algorithm: jws.header.algorithm)
    }
}
