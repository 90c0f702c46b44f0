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
    public var title: String { summary.title }

    /// The clause that specifies the rule.
    public var source: String { summary.source }

    private var summary: (title: String, source: String) {
        switch self {
        case .structure: ("three parts within 16 KiB", "RFC 7515 §7.1")
        case .encoding: ("strict base64url", "RFC 7515 §2")
        case .json: ("one JSON object each, no duplicates", "RFC 7515 §5.2, RFC 8725 §2.6")
        case .algorithm: ("asymmetric signature algorithm", "RFC 7515 §4.1.1, RFC 8725 §3.1")
        case .criticalHeader: ("no critical extension", "RFC 7515 §4.1.11")
        case .type: ("typ is absent, JWT or client-authentication+jwt", "RFC 8725 §3.11")
        case .untrustedHeader: ("no key taken from the header", "RFC 8725 §3.10")
        case .issuerAndSubject: ("iss and sub name one client", "RFC 7523 §3 (1), (2)")
        case .clientIDParameter: ("client_id equals sub", "RFC 7521 §4.2")
        case .registeredClient: ("client is registered and enabled", "RFC 7523 §3")
        case .registeredAlgorithm: ("alg is the registered one", "OpenID Connect Registration §2")
        case .candidateKeys: ("a registered key fits alg and kid", "RFC 7517 §4")
        case .keySetRefresh: ("key set is available", "OpenID Connect Core §10.1.1")
        case .candidateCount: ("at most 4 keys to try", "RFC 7515 §6")
        case .signature: ("signature verifies", "RFC 7523 §3 (9)")
        case .certificateValidity: ("certificate is valid now", "RFC 5280 §4.1.2.5")
        case .audience: ("aud names this server", "RFC 7523 §3 (3)")
        case .expiry: ("exp has not passed", "RFC 7523 §3 (4)")
        case .lifetime: ("exp is not too far ahead", "RFC 7523 §3 (4)")
        case .notBefore: ("nbf has been reached", "RFC 7523 §3 (5)")
        case .issuedInFuture: ("iat is not in the future", "RFC 7523 §3 (6)")
        case .age: ("iat is not too old", "RFC 7523 §3 (6)")
        case .jwtID: ("jti is present", "RFC 7523 §3 (7)")
        case .replay: ("jti is used for the first time", "RFC 7523 §3 (7)")
        }
    }
}
