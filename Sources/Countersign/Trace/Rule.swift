/// The rules for a client assertion, in order.
///
/// Their numbers are stable and appear in traces and in the documentation.
public enum Rule: Int, Sendable, CaseIterable, Comparable {
    case structure = 1
    case encoding
    case json
    case algorithm
    case criticalHeader
    case type
    case untrustedHeader
    case issuerAndSubject
    case clientIDParameter
    case registeredClient
    case registeredAlgorithm
    case candidateKeys
    case keySetRefresh
    case candidateCount
    case signature
    case certificateValidity
    case audience
    case expiry
    case lifetime
    case notBefore
    case issuedInFuture
    case age
    case jwtID
    case replay

    /// Orders rules by number.
    public static func < (left: Rule, right: Rule) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The rule in a few words, as traces show it.
    public var title: String {
        switch self {
        case .structure: "three parts within 16 KiB"
        case .encoding: "strict base64url"
        case .json: "one JSON object each, no duplicates"
        case .algorithm: "asymmetric signature algorithm"
        case .criticalHeader: "no critical extension"
        case .type: "typ is absent, JWT or client-authentication+jwt"
        case .untrustedHeader: "no key taken from the header"
        case .issuerAndSubject: "iss and sub name one client"
        case .clientIDParameter: "client_id equals sub"
        case .registeredClient: "client is registered and enabled"
        case .registeredAlgorithm: "alg is the registered one"
        case .candidateKeys: "a registered key fits alg and kid"
        case .keySetRefresh: "key set is available"
        case .candidateCount: "at most 4 keys to try"
        case .signature: "signature verifies"
        case .certificateValidity: "certificate is valid now"
        case .audience: "aud names this server"
        case .expiry: "exp has not passed"
        case .lifetime: "exp is not too far ahead"
        case .notBefore: "nbf has been reached"
        case .issuedInFuture: "iat is not in the future"
        case .age: "iat is not too old"
        case .jwtID: "jti is present"
        case .replay: "jti is used for the first time"
        }
    }

    /// The clause that specifies the rule.
    public var source: String {
        switch self {
        case .structure: "RFC 7515 §7.1"
        case .encoding: "RFC 7515 §2"
        case .json: "RFC 7515 §5.2, RFC 8725 §2.6"
        case .algorithm: "RFC 7515 §4.1.1, RFC 8725 §3.1"
        case .criticalHeader: "RFC 7515 §4.1.11"
        case .type: "RFC 8725 §3.11"
        case .untrustedHeader: "RFC 8725 §3.10"
        case .issuerAndSubject: "RFC 7523 §3 (1), (2)"
        case .clientIDParameter: "RFC 7521 §4.2"
        case .registeredClient: "RFC 7523 §3"
        case .registeredAlgorithm: "OpenID Connect Registration §2"
        case .candidateKeys: "RFC 7517 §4"
        case .keySetRefresh: "OpenID Connect Core §10.1.1"
        case .candidateCount: "RFC 7515 §6"
        case .signature: "RFC 7523 §3 (9)"
        case .certificateValidity: "RFC 5280 §4.1.2.5"
        case .audience: "RFC 7523 §3 (3)"
        case .expiry, .lifetime: "RFC 7523 §3 (4)"
        case .notBefore: "RFC 7523 §3 (5)"
        case .issuedInFuture, .age: "RFC 7523 §3 (6)"
        case .jwtID, .replay: "RFC 7523 §3 (7)"
        }
    }
}
