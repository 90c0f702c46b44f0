@_exported import Server

/// What a refusal keeps of an assertion, as something that can be judged again: its signature is made up.
struct KeptAssertion {
    private let header: JSONObject
    private let claims: JSONObject

    static let reason = "the assertion itself is not kept"
    static let shortenedReason = "a value that it needs was too long to be kept"

    /// The rules for which the assertion itself is needed.
    static let rulesOfWholeAssertion: Set<Rule> = [
        .structure, .encoding, .json, .criticalHeader, .untrustedHeader, .clientIDParameter, .candidateCount,
        .signature, .certificateValidity, .replay,
    ]

    /// - Parameter facts: of a `TraceRecord`.
    init(_ facts: JSONObject) {
        func isOfHeader(_ member: JSONObject.Member) -> Bool {
            TraceRecord.headerParameters.contains(member.name.text)
        }
        header = JSONObject(facts.members.filter(isOfHeader).map { ($0.name.text, $0.value) })
        claims = JSONObject(facts.members.filter { !isOfHeader($0) }.map { ($0.name.text, $0.value) })
    }

    /// A compact serialization with these values.
    var token: [UInt8] {
        let parts = [header.rendered(), claims.rendered(), [UInt8](repeating: 0, count: 64)]
        return Array(parts.map(Base64URL.encode).joined(separator: ".").utf8)
    }

    /// The rules that would read a value of which only the beginning is kept.
    var rulesOfShortenedValues: Set<Rule> {
        let members = header.members + claims.members
        return members.filter { TraceRecord.isShortened($0.value) }.reduce(into: []) { rules, member in
            rules.formUnion(Self.readers[member.name.text] ?? [])
        }
    }

    private static let readers: [String: Set<Rule>] = [
        "alg": [.algorithm, .registeredAlgorithm, .candidateKeys], "typ": [.type, .audience],
        "kid": [.candidateKeys], "x5t": [.candidateKeys], "x5t#S256": [.candidateKeys],
        "iss": [.issuerAndSubject],
        "sub": [.issuerAndSubject, .registeredClient, .registeredAlgorithm, .candidateKeys, .keySetRefresh, .audience],
        "aud": [.audience], "exp": [.expiry, .lifetime], "nbf": [.notBefore], "iat": [.issuedInFuture, .age],
        "jti": [.jwtID],
    ]
}

extension TraceRecord {
    /// Whether a value seems to be the beginning of a longer one. One that ends with the same character counts as shortened, too.
    static func isShortened(_ value: JSONValue) -> Bool {
        if case .string(let text) = value { text.text.hasSuffix("…") } else { false }
    }
}
