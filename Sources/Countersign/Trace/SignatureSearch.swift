import Crypto

/// A search for the registered key that made a signature: first among all keys, including those that a `kid`, retirement or a
/// restriction excludes, and then among signatures that common mistakes produce.
///
/// Only an inspection searches, on the operator's own copy of an assertion. A request must not: an unauthenticated caller would cost
/// one verification per key, and the response time would reveal the number of keys. The server does not store assertions, so it
/// cannot search later.
struct SignatureSearch {
    /// The maximum number of keys whose signature is looked for.
    static let maximumKeys = 24
    /// The maximum number of verifications: for the four keys that a request tries at most, with each mistake. A server makes the search for
    /// people who are signed in, while requests need the processor.
    static let maximumVerifications = 48

    private let jws: CompactJWS
    private let keys: [ClientKey]

    /// - Parameters:
    ///   - keys: all registered ones.
    ///   - candidates: those that the header selects: they are searched first.
    /// - Returns: `nil` if there are no keys, or the signature has a form that no key produces.
    init?(_ jws: CompactJWS, among keys: [ClientKey], first candidates: [ClientKey] = []) {
        guard !keys.isEmpty, jws.header.algorithm.fault(in: jws.signature) == nil else { return nil }
        self.jws = jws
        self.keys = candidates + keys.filter { key in !candidates.contains { $0.isSame(as: key) } }
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
        var verifications = 0
        return finding(counting: &verifications)
    }

    /// - Parameter verifications: those that were made are added.
    func finding(counting verifications: inout Int) -> Finding {
        let algorithm = jws.header.algorithm
        let fitting = keys.filter { $0.jwk.key.signatureLength(algorithm) == jws.signature.count }
        for key in fitting.prefix(Self.maximumKeys)
        where isMade(by: key, jws.signingInput, algorithm, &verifications) {
            return verified(by: key)
        }
        let mistakes = mistakenInputs
        for key in keys where verifications < Self.maximumVerifications {
            let made = "the registered key \(name(key)) made the signature"
            for other in SignatureAlgorithm.allCases
            where other != algorithm && isMade(by: key, jws.signingInput, other, &verifications) {
                return Finding(
                    text: "\(made) by \(other.name), and alg says \(algorithm.name)",
                    clientRemedy:
                        "Sign with \(algorithm.name), or set alg to \(other.name) if the key may be used with it.")
            }
            for (mistake, input) in mistakes where isMade(by: key, input, algorithm, &verifications) {
                return Finding(
                    text: "\(made), but \(mistake)", clientRemedy: "The key is the right one; \(algorithm.signedBytes)")
            }
        }
        return Finding(
            text: fitting.count <= Self.maximumKeys
                ? "no registered key verifies the signature"
                : "none of \(Self.maximumKeys) registered keys verifies the signature, and \(fitting.count - Self.maximumKeys) more were not tried"
        )
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

    private func isMade(
        by candidate: ClientKey, _ input: [UInt8], _ algorithm: SignatureAlgorithm, _ verifications: inout Int
    ) -> Bool {
        guard candidate.jwk.key.signatureLength(algorithm) == jws.signature.count,
            verifications < Self.maximumVerifications
        else { return false }
        verifications += 1
        return candidate.jwk.key.isValid(signature: jws.signature, for: input, algorithm: algorithm)
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
