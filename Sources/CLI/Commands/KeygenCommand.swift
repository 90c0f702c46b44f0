import Administration
import ArgumentParser
import CountersignKeyFiles
import Fetching
import Foundation

struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Create a key pair.",
        discussion: """
            Writes the private key, readable by you alone, and beside it the public half as a JWK Set: \
            billing.pem and billing.jwks.json. The private key stays with the client; the JWK Set goes to the server.

            EXAMPLES
              countersign keygen --alg ES256 --out billing.pem
              countersign keygen --alg PS256 --bits 3072 --kid 2026-11 --out billing.pem
              countersign keygen --alg EdDSA --format jwk --out billing.jwk
            """)

    /// The format of the private key.
    enum Format: String, CaseIterable, NamedArgument {
        case pem
        case jwk
    }

    @Option(help: "The algorithm of the key.")
    var alg = SignatureAlgorithm.es256

    @Option(help: "The length of an RSA key: 2048 (default), 3072 or 4096.")
    var bits: Int?

    @Option(help: "The key's name (kid) in the JWK Set.")
    var kid: String?

    @Option(help: "PKCS#8 in PEM, or a JWK. Default: jwk where --out ends in .jwk or .json, else pem.")
    var format: Format?

    @Option(help: "The file for the private key.", completion: .file())
    var out: String?

    @Flag(help: "Replace files that exist.")
    var force = false

    func validate() throws {
        guard let bits else { return }
        guard alg.keyType == .rsa else { throw ValidationError("--bits is for RSA keys; \(alg.name) has one length.") }
        guard [2048, 3072, 4096].contains(bits) else { throw ValidationError("--bits is 2048, 3072 or 4096.") }
    }

    func run() throws {
        let format = self.format ?? (out.map(Self.namesJWK) == true ? .jwk : .pem)
        let out = self.out ?? "private-key.\(format.rawValue)"
        let publicFile = Self.publicFile(beside: out)
        if !force {
            for file in [out, publicFile] where access(file, F_OK) == 0 {
                throw FileFailure.unwritable(file, errno: EEXIST)
            }
        }
        let key = try SigningKey.generate(alg, rsaBits: bits ?? 2048)
        let jwk = JWK(key: key.verificationKey, keyID: kid.map { ExactString($0) }, algorithm: alg, use: "sig")
        let privateText: String
        switch format {
        case .pem: privateText = key.pem + "\n"
        case .jwk:
            var object = key.privateJWK(keyID: jwk.keyID)
            object.set("alg", .string(alg.name))
            privateText = object.render() + "\n"
        }
        try NewFile.write(Array(privateText.utf8), to: out, for: .ownerOnly, replaces: force)
        try NewFile.write(Array((JWKSet([jwk]).render() + "\n").utf8), to: publicFile, for: .everyone, replaces: force)

        // A JWK includes its kid.
        let kidFlag =
            format == .pem
            ? kid.map { ShellCommand.option("--kid", $0).map { " " + ShellCommand.word($0) }.joined() } ?? "" : ""
        print(
            """
            Private key   \(out)   \(alg.name), readable by you alone; it stays with the client
            Public key    \(publicFile)
            Thumbprint    \(jwk.thumbprint)

            Register the public half, then fetch a token:
              countersign client add --id CLIENT --name NAME --jwks \(ShellCommand.word(publicFile))
              countersign token --issuer URL --client-id CLIENT --key \(ShellCommand.word(out))\(kidFlag)
            """)
    }

    private static func namesJWK(_ file: String) -> Bool {
        file.hasSuffix(".jwk") || file.hasSuffix(".json")
    }

    /// `billing.pem` → `billing.jwks.json`.
    static func publicFile(beside file: String) -> String {
        let endings = [".pem", ".key", ".jwk", ".json", ".der"]
        guard let ending = endings.first(where: { file.hasSuffix($0) && file.count > $0.count }) else {
            return file + ".jwks.json"
        }
        return file.dropLast(ending.count) + ".jwks.json"
    }
}
