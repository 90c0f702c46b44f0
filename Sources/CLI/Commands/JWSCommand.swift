import Administration
import ArgumentParser
import CountersignKeyFiles
import Foundation

struct JWSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jws", abstract: "Verify any JWS with a key.", subcommands: [JWSVerify.self])
}

/// `countersign jws verify`: compact serialization, any payload (RFC 7515 §5.2).
struct JWSVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify a JWS and print its payload.",
        discussion: """
            Prints the payload, byte for byte (on a terminal with its control characters made visible), and exits with 0; or \
            prints the reason and exits with 1. It exits with 2 for incorrect usage or an unreadable file.

            A key whose alg, use or key_ops forbid it, a weak key and a symmetric key are refused. \
            In a JWK Set, the one matching key is used; the JWS's kid selects among several.

            EXAMPLES
              countersign jws verify --jwk key.json eyJhbGciOi…
              countersign jws verify --jwk keys.json -- "$TOKEN"
              countersign jws verify --jwk key.json - < token.txt
            """)

    @Option(help: "The public key: a JWK or a JWK Set; PEM and DER work as well.", completion: .file())
    var jwk: String

    @Argument(help: "The JWS in compact serialization; - reads standard input.")
    var token: String

    func validate() throws {
        guard jwk != "-" || token != "-" else { throw ValidationError("Standard input can be read only once.") }
    }

    func run() throws {
        let file: InputFile
        do {
            file = try InputFile(jwk)
        } catch {
            ErrorLine.write(error)
            throw ExitCode(2)
        }
        let token = token == "-" ? try InputFile("-").line : Array(token.utf8)
        let keys = try KeyFile(file.bytes, name: file.name).keys.map(\.jwk)
        let payload = try Self.payload(of: token, keys)
        guard isatty(STDOUT_FILENO) == 1 else { return FileHandle.standardOutput.write(Data(payload)) }
        print(VisibleText.of(String(decoding: payload, as: UTF8.self)))
    }

    private static func payload(of token: [UInt8], _ keys: [JWK]) throws -> [UInt8] {
        let jws = try CompactJWS(parsing: token)
        let algorithm = jws.header.algorithm
        if let fault = algorithm.fault(in: jws.signature) {
            throw CommandFailure("a signature has \(algorithm.signatureForm); this one has \(fault.text)")
        }
        let key = try key(for: jws.header, among: keys)
        guard key.isValid(signature: jws.signature, for: jws.signingInput, algorithm: algorithm) else {
            throw CommandFailure("the signature does not verify")
        }
        return jws.payload
    }

    /// Selects a key by type, `use`, `key_ops` and `alg`; in a set, also by `kid` (RFC 7517 §4).
    private static func key(for header: JOSEHeader, among keys: [JWK]) throws -> VerificationKey {
        let algorithm = header.algorithm
        if keys.count == 1, let only = keys.first {
            if let refusal = only.verificationProblem(with: algorithm) { throw CommandFailure(refusal.phrase) }
            return only.key
        }
        let fitting = keys.filter { key in
            guard key.allowsVerification(with: algorithm) else { return false }
            guard let sent = header.keyID, let own = key.keyID else { return true }
            return sent == own
        }
        guard let key = fitting.first else {
            let kid = header.keyID.map { " under the kid '\($0.text)'" } ?? ""
            throw CommandFailure("no key of the set can verify \(algorithm.name)\(kid)")
        }
        guard fitting.count == 1 else {
            throw CommandFailure("\(fitting.count) keys of the set match; the kid must select one")
        }
        return key.key
    }
}
