import CountersignJOSE
import Crypto

/// Finds the registered key that made a signature, whatever keeps it from being tried: another `kid`, a retirement, a restriction; and
/// where none verifies it, the mistake by which one of them made it.
///
/// Only an inspection searches, on the operator's own copy of an assertion. A request must not: each key would cost a verification
/// for a caller who has proved nothing, and the time of the answer would tell how many keys are registered. The server keeps no
/// assertion, so `explain` cannot search later either.
struct SignatureSearch {
    /// Keys with which the usual mistakes are tried; each costs a dozen verifications.
    private static let maximumKeysForMistakes = 100

    private let jws: CompactJWS
    private let keys: [ClientKey]

    /// - Returns: `nil` where there is nothing to search for: no key, or bytes that no key makes.
    init?(_ jws: CompactJWS, among keys: [ClientKey]) {
        guard !keys.isEmpty, jws.header.algorithm.fault(in: jws.signature) == nil else { return nil }
        self.jws = jws
        self.keys = keys
    }

    /// What was found.
    struct Finding {
        /// A clause.
        let text: String
        /// What the client does now that the cause is known; the operator then has nothing to do. `nil` where the general advice stays.
        var clientRemedy: String?
    }

    /// Verifies with one key after another.
    var finding: Finding {
        let algorithm = jws.header.algorithm
        if let key = keys.first(where: { isMade(by: $0, jws.signingInput, algorithm) }) { return verified(by: key) }
        for key in keys.prefix(Self.maximumKeysForMistakes) {
            let made = "the registered key \(name(key)) made the signature"
            for other in SignatureAlgorithm.allCases
            where other != algorithm && isMade(by: key, jws.signingInput, other) {
                return Finding(
                    text: "\(made) by \(other.name), and alg says \(algorithm.name)",
                    clientRemedy:
                        "Sign with \(algorithm.name), or set alg to \(other.name) if the key may be used with it.")
            }
            for (mistake, input) in mistakenInputs where isMade(by: key, input, algorithm) {
                return Finding(
                    text: "\(made), but \(mistake)", clientRemedy: "The key is the right one; \(algorithm.signedBytes)")
            }
        }
        return Finding(text: "no registered key verifies the signature")
    }

    private func verified(by key: ClientKey) -> Finding {
        let text = "the registered key \(name(key)) verifies the signature"
        guard let sent = jws.header.keyID, let registered = key.jwk.keyID, sent != registered,
            key.availability == .active
        else { return Finding(text: "\(text), so nothing but what excluded it is at fault") }
        return Finding(
            text: text,
            clientRemedy:
                "Send kid \(quoted(registered.text)), or sign with the key that is registered as \(quoted(sent.text)), if there is one."
        )
    }

    private func name(_ key: ClientKey) -> String {
        key.jwk.keyID.map { quoted($0.text) } ?? "with thumbprint \(key.thumbprint)"
    }

    private func isMade(by candidate: ClientKey, _ input: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        candidate.jwk.key.signatureLength(algorithm) == jws.signature.count
            && candidate.jwk.key.isValid(signature: jws.signature, for: input, algorithm: algorithm)
    }

    /// What is signed by mistake in place of the signing input, and the mistake as a clause.
    private var mistakenInputs: [(String, [UInt8])] {
        let input = jws.signingInput
        let parts = input.split(separator: UInt8(ascii: "."))
        let decoded = parts.compactMap { Base64URL.decode(String(decoding: $0, as: UTF8.self)) }
        let digest = jws.header.algorithm.digest(of: input)
        let hexadecimal = digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return [
            ("over a digest of header.claims: it was hashed twice", digest),
            ("over the hexadecimal text of a digest of header.claims: it was hashed twice", Array(hexadecimal.utf8)),
            ("over header.claims with a line end behind it, as echo without -n writes it", input + [0x0A]),
            ("over the claims alone, without the header", Array(parts.last ?? [])),
            ("over the JSON of the claims, and not over header.claims in base64url", decoded.last ?? []),
            (
                "over the JSON of header and claims, and not over their base64url",
                Array(decoded.joined(separator: [0x2E]))
            ),
        ]
    }
}

extension SignatureAlgorithm {
    /// The digest that a signer with this algorithm makes itself; SHA-512 for those that take the text whole.
    fileprivate func digest(of input: [UInt8]) -> [UInt8] {
        switch digest {
        case .sha256: Array(SHA256.hash(data: input))
        case .sha384: Array(SHA384.hash(data: input))
        case .sha512, nil: Array(SHA512.hash(data: input))
        }
    }
}
