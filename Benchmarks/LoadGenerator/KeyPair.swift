import CountersignJOSE
import Foundation

/// The key pair shared by the measured clients, because generating a thousand RSA keys would take longer than the whole benchmark.
/// The server still prepares a key for each client.
struct KeyPair: Sendable {
    let algorithm: SignatureAlgorithm
    let key: SigningKey

    /// The thumbprint (RFC 7638), so that the public key file and the assertions agree.
    var keyID: ExactString { ExactString(key.verificationKey.thumbprint) }

    var publicKeySet: JWKSet {
        JWKSet([JWK(key: key.verificationKey, keyID: keyID, algorithm: algorithm, use: "sig")])
    }

    static func generate(_ algorithm: SignatureAlgorithm) throws -> KeyPair {
        KeyPair(algorithm: algorithm, key: try SigningKey.generate(algorithm))
    }

    /// Writes `ALG.key` (PKCS#8 in DER, readable by the owner only) and `ALG.jwks.json`.
    func write(to directory: String) throws {
        let files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let privateKey = Self.privateFile(directory, algorithm)
        guard
            files.createFile(
                atPath: privateKey, contents: Data(key.pkcs8), attributes: [.posixPermissions: 0o600]),
            files.createFile(
                atPath: "\(directory)/\(algorithm.name).jwks.json", contents: Data(publicKeySet.render().utf8))
        else { throw LoadError.failed("cannot write into \(directory)") }
    }

    static func read(_ algorithm: SignatureAlgorithm, from directory: String) throws -> KeyPair {
        let file = privateFile(directory, algorithm)
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw LoadError.failed("cannot read \(file); run `LoadGenerator prepare`")
        }
        return KeyPair(algorithm: algorithm, key: try SigningKey(pkcs8: Array(bytes)))
    }

    private static func privateFile(_ directory: String, _ algorithm: SignatureAlgorithm) -> String {
        "\(directory)/\(algorithm.name).key"
    }
}
