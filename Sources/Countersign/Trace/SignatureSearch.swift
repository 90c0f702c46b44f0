import Crypto

/// A search for the registered key that made a signature: first among all keys, including those that a `kid`, retirement or a
/// restriction excludes, and then among signatures that common mistakes produce.
///
/// Only an inspection searches, on the operator's own copy of an assertion. A request must not: an unauthenticated caller would cost
/// one verification per key, and the response time would reveal the number of keys. The server does not store assertions, so it
/// cannot search later.
struct SignatureSearch {
    /// The maximum number of keys for which mistakes are tried; each costs a dozen verifications.
    private static let maximumKeysForMistakes = 100

    private let jws: CompactJWS
    private let keys: [ClientKey]

    /// - Returns: `nil` if there are no keys, or the signature has a form that no key produces.
    init?(_ jws: CompactJWS, among keys: [ClientKey]) {
        guard !keys.isEmpty, jws.header.algorithm.fault(in: jws.signature) == nil else { return nil }
        self.jws = jws
        self.keys = keys
    }

    /// The result of a search.
    struct Finding {
        /// The result, as a clause.
        let text: String
        /// The client's remedy for the cause found; the operator then has nothing to do. `nil` keeps the general advice.
        var clientRemedy: String?
    }

    /// The result of trying each key in turn.
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
        else { return Finding(text: "\(text), so the reason for its exclusion is the only fault") }
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

    /// Inputs that clients sign by mistake instead of the signing input, each with the mistake as a clause.
    private var mistakenInputs: [(String, [UInt8])] {
        let input = jws.signingInput
        let parts = input.split(separator: UInt8(ascii: "."))
        let decoded = parts.compactMap { Base64URL.decode(String(decoding: $0, as: UTF8.self)) }
        let digest = jws.header.algorithm.digest(of: input)
        return [
            ("over a digest of header.claims: it was hashed twice", digest),
            (
                "over the hexadecimal text of a digest of header.claims: it was hashed twice",
                Array(Hexadecimal.encode(digest).utf8)
            ),
            ("over header.claims followed by a line end, as echo without -n writes it", input + [0x0A]),
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
    /// Returns the digest that this algorithm computes; SHA-512 for those that sign the message itself.
    fileprivate func digest(of input: [UInt8]) -> [UInt8] {
        switch digest {
        case .sha256: Array(SHA256.hash(data: input))
        case .sha384: Array(SHA384.hash(data: input))
        case .sha512, nil: Array(SHA512.hash(data: input))
        }
    }
}
