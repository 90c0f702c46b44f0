import ArgumentParser
import CountersignJOSE

extension SignatureAlgorithm {
    /// Reads `--alg` and its like (RFC 7518 §3.1).
    static func argument(_ text: String) throws -> SignatureAlgorithm {
        guard let algorithm = SignatureAlgorithm(name: ExactString(text)) else {
            throw ValidationError("'\(text)' is none of \(argumentNames.joined(separator: ", ")).")
        }
        return algorithm
    }

    /// For help and completion.
    static var argumentNames: [String] { allCases.map(\.name) }
}
