import ArgumentParser
import CountersignJOSE

extension SignatureAlgorithm {
    /// Reads `--alg` and its like (RFC 7518 §3.1, RFC 9864), in upper or lower case: unlike `alg` in a JWS, a person types it.
    static func argument(_ text: String) throws -> SignatureAlgorithm {
        try OneOf.read(text, { SignatureAlgorithm(name: ExactString($0)) }, among: argumentNames)
    }

    /// For help and completion: `Ed25519` is RFC 9864's name of EdDSA.
    static var argumentNames: [String] { allCases.flatMap { $0 == .edDSA ? [$0.name, "Ed25519"] : [$0.name] } }
}
