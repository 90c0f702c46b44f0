/// The algorithms of an RSA key with the identifier id-RSASSA-PSS (RFC 4055 §1.2): PS256, PS384 and PS512, or the one that its
/// parameters specify. Such a key must not be used with PKCS #1 v1.5, and therefore not with RS256.
struct RSASSAPSS: Sendable, Equatable {
    /// The algorithm that the parameters specify; `nil` if they are absent.
    let onlyAlgorithm: SignatureAlgorithm?

    /// The algorithms of the key, the default one first.
    var algorithms: [SignatureAlgorithm] { onlyAlgorithm.map { [$0] } ?? [.ps256, .ps384, .ps512] }

    func allows(_ algorithm: SignatureAlgorithm) -> Bool {
        guard case .rsa(.pss, _) = algorithm.family else { return false }
        return onlyAlgorithm == nil || onlyAlgorithm == algorithm
    }
}

extension RSASSAPSS {
    /// Reads RSASSA-PSS-params (RFC 4055 §3.1).
    ///
    /// A JWS algorithm has the same hash for message and MGF1, and a salt as long as the hash (RFC 7518 §3.5). The salt length of a
    /// key is the minimum for its signatures (RFC 4055 §3.3).
    ///
    /// - Throws: `KeyError.unsupported` for parameters that match no JWS algorithm, so that the key could not verify any JWS.
    init(parameters: DERElement?) throws(KeyError) {
        guard let parameters else {
            onlyAlgorithm = nil
            return
        }
        guard parameters.tag == .sequence else { throw Self.malformed }
        var fields = parameters.elements
        let hash = try fields.explicit(0).map(Self.hash) ?? "SHA-1"
        let maskHash = try fields.explicit(1).map(Self.maskHash) ?? "SHA-1"
        let saltLength = try fields.explicit(2).map(Self.number) ?? 20
        let trailer = try fields.explicit(3).map(Self.number) ?? 1
        guard fields.isAtEnd else { throw Self.malformed }
        let found = Self.hashes.first { $0.name == hash }
        guard let found, maskHash == hash, saltLength <= found.length, trailer == 1 else {
            throw .unsupported(
                "it is for RSASSA-PSS with \(hash), MGF1 with \(maskHash) and a salt of \(saltLength) bytes or more; "
                    + "PS256, PS384 and PS512 have SHA-256, SHA-384 and SHA-512 for both and a salt as long as the hash"
            )
        }
        onlyAlgorithm = found.algorithm
    }

    /// The parameters in DER, for `init(parameters:)`; empty if they are absent.
    var parameters: [UInt8] {
        guard let hash = Self.hashes.first(where: { $0.algorithm == onlyAlgorithm }) else { return [] }
        let hashing = DERWriter.element(.sequence, hash.identifier.encoding, DERWriter.element(.null))
        return DERWriter.element(
            .sequence, DERWriter.element(.explicit(0), hashing),
            DERWriter.element(.explicit(1), DERWriter.element(.sequence, Self.mgf1.encoding, hashing)),
            DERWriter.element(.explicit(2), DERWriter.element(.integer, [UInt8(hash.length)])))
    }

    fileprivate static let malformed = KeyError.malformed("the parameters of RSASSA-PSS cannot be read")

    private static let mgf1 = DERObjectIdentifier(1, 2, 840, 113549, 1, 1, 8)

    private static let hashes:
        [(name: String, identifier: DERObjectIdentifier, length: Int, algorithm: SignatureAlgorithm)] = [
            ("SHA-256", DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 2, 1), 32, .ps256),
            ("SHA-384", DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 2, 2), 48, .ps384),
            ("SHA-512", DERObjectIdentifier(2, 16, 840, 1, 101, 3, 4, 2, 3), 64, .ps512),
        ]

    /// Returns the name of a hash, whose parameters are NULL or absent (RFC 4055 §2.1).
    private static func hash(_ element: DERElement) throws(KeyError) -> String {
        guard let algorithm = AlgorithmIdentifier(element), algorithm.parameters.map({ $0.tag == .null }) ?? true else {
            throw malformed
        }
        if let known = hashes.first(where: { $0.identifier == algorithm.identifier }) { return known.name }
        return algorithm.identifier == DERObjectIdentifier(1, 3, 14, 3, 2, 26) ? "SHA-1" : algorithm.identifier.text
    }

    private static func maskHash(_ element: DERElement) throws(KeyError) -> String {
        guard let algorithm = AlgorithmIdentifier(element), algorithm.identifier == mgf1,
            let parameters = algorithm.parameters
        else { throw malformed }
        return try hash(parameters)
    }

    private static func number(_ element: DERElement) throws(KeyError) -> Int {
        guard let bytes = element.unsignedInteger, bytes.count <= 4 else { throw malformed }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}

extension RSASSAPSS {
    /// The private member that keeps the identifier's algorithms, because `alg` cannot hold "any of PS256, PS384, PS512". Other
    /// implementations ignore it (RFC 7517 §4).
    static let member = "countersign_algorithms"

    /// The member's value.
    var value: JSONValue { .array(algorithms.map(\.name)) }

    /// Reads the member of a JWK; `nil` if it is absent.
    init?(jwk object: JSONObject) throws(KeyError) {
        guard let value = object[Self.member] else { return nil }
        let algorithms: [SignatureAlgorithm?] = [nil, .ps256, .ps384, .ps512]
        guard let found = algorithms.map({ RSASSAPSS(onlyAlgorithm: $0) }).first(where: { $0.value == value }) else {
            throw .malformed("the member '\(Self.member)' is neither one of PS256, PS384, PS512 nor all of them")
        }
        self = found
    }
}

extension DERReader {
    /// Reads the content of an explicit tag, if it is the next element.
    fileprivate mutating func explicit(_ number: UInt8) throws(KeyError) -> DERElement? {
        guard let tagged = next(.explicit(number)) else { return nil }
        var inside = tagged.elements
        guard let element = inside.next(), inside.isAtEnd else { throw RSASSAPSS.malformed }
        return element
    }
}
