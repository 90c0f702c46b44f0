/// The reason why a client assertion was refused, with the facts that are needed to correct it.
public enum Rejection: Error, Sendable, Equatable {
    /// Rules 1 to 3: it is not a JWS whose header and claims are one JSON object each. `rule` is one of the three; `remedy` is for the client.
    case malformed(rule: Rule, detail: String, remedy: String? = nil)
    /// Rule 4: `alg` is not one of the accepted asymmetric algorithms.
    case algorithmNotAllowed(found: String)
    /// Rule 5: the header requires an extension.
    case criticalHeader(parameter: String)
    /// Rule 6, and rule 17 if explicit typing is required.
    case wrongType(found: ExactString?, isRequired: Bool)
    /// Rules 8, 17, 18, 22 and 23: a required claim is absent, empty or too long. `issuer` is the right `aud`, if it may be disclosed.
    case missingClaim(RegisteredClaim, ClaimFault, issuer: ExactString? = nil)
    /// Rule 8.
    case issuerSubjectMismatch(issuer: ExactString, subject: ExactString)
    /// Rule 9.
    case clientIDMismatch(parameter: ClientID, subject: ClientID)
    /// Rule 10.
    case unknownClient(ClientID, UnknownClientReason)
    /// Rule 11: the client is registered for another algorithm.
    case algorithmNotRegistered(found: SignatureAlgorithm, registered: SignatureAlgorithm)
    /// Rules 12 and 14, and the source of the registered keys, if known.
    case noMatchingKey(NoMatchingKeyReason, KeyOrigin? = nil)
    /// Rule 13.
    case keySetUnavailable(reason: String)
    /// Rule 9a: the signature does not have the form that its `alg` requires, whatever the key.
    case malformedSignature(algorithm: SignatureAlgorithm, fault: SignatureFault)
    /// Rule 15. Some keys are not tried after too many failed signatures without `kid`.
    case badSignature(algorithm: SignatureAlgorithm, keysTried: [KeyName], keysNotTried: Int = 0)
    /// Rule 16.
    case certificateExpired(subject: String, notBefore: UnixTime, notAfter: UnixTime, now: UnixTime)
    /// Rules 8, 17, 18, 20, 21 and 23: a claim does not have the JSON type that RFC 7519 §4.1 requires.
    indirect case wrongClaimType(RegisteredClaim, found: JSONValue)
    /// Rule 17. `accepted` has the server's own URLs; `aliases` counts the others that are accepted.
    indirect case wrongAudience(found: Audience, accepted: [ExactString], aliases: Int, profile: AudienceProfile)
    /// Rule 18.
    indirect case expired(AssertionTimes)
    /// Rule 19.
    indirect case lifetimeTooLong(AssertionTimes)
    /// Rule 20.
    indirect case notYetValid(AssertionTimes)
    /// Rule 21.
    indirect case issuedInFuture(AssertionTimes)
    /// Rule 22.
    indirect case tooOld(AssertionTimes)
    /// Rule 24; `jti` is `nil` if the signing input was used instead.
    case replayed(jti: ExactString?)
}

/// The registered claims that the rules read (RFC 7519 §4.1).
public enum RegisteredClaim: String, Sendable, CaseIterable {
    case issuer = "iss"
    case subject = "sub"
    case audience = "aud"
    case expiry = "exp"
    case notBefore = "nbf"
    case issuedAt = "iat"
    case jwtID = "jti"
}

/// A fault of a required claim.
public enum ClaimFault: Sendable, Equatable {
    case absent
    case empty
    /// Its length in UTF-8 bytes.
    case tooLong(Int)
}

/// The reason why a client is reported as unknown.
public enum UnknownClientReason: Sendable, Equatable {
    case notRegistered
    case disabled
    case otherMethod(AuthenticationMethod)
    /// Its identifier is a URL whose metadata document cannot be used; the text follows the identifier.
    case metadataDocument(String)
}

/// The reason why no registered key was a candidate.
public enum NoMatchingKeyReason: Sendable, Equatable {
    /// The client has no key at all.
    case noKeys
    /// A key of the key store could belong to several clients; the reason as a phrase.
    case ambiguousKeyStoreEntry(String)
    /// Every key was excluded; the first few of many are listed.
    indirect case noneFits(JOSEHeader, excluded: [ExcludedKey], others: Int)
    /// There is no `kid`, and more keys fit than are tried.
    case tooMany(Int)
}

extension Rejection {
    /// The stable code of this reason.
    public var code: RejectionCode { summary.code }

    /// The rule that failed.
    public var rule: Rule { summary.rule }

    /// The subject of an error message: a claim, a header parameter, a parameter of the request, or the rule.
    var subject: String { summary.subject ?? rule.title }

    private var summary: (code: RejectionCode, rule: Rule, subject: String?) {
        switch self {
        case .malformed(let rule, _, _): (.malformed, rule, "client_assertion")
        case .algorithmNotAllowed: (.algorithmNotAllowed, .algorithm, "alg")
        case .criticalHeader: (.criticalHeader, .criticalHeader, "header")
        case .wrongType(_, let isRequired): (.wrongType, isRequired ? .audience : .type, "typ")
        case .missingClaim(let claim, _, _): (.missingClaim, claim == .issuedAt ? .age : claim.rule, claim.rawValue)
        case .wrongClaimType(let claim, _): (.wrongClaimType, claim.rule, claim.rawValue)
        case .issuerSubjectMismatch: (.issuerSubjectMismatch, .issuerAndSubject, "iss and sub")
        case .clientIDMismatch: (.clientIDMismatch, .clientIDParameter, "client_id")
        case .unknownClient: (.unknownClient, .registeredClient, nil)
        case .algorithmNotRegistered: (.algorithmNotAllowed, .registeredAlgorithm, "alg")
        case .noMatchingKey(.tooMany, _): (.noMatchingKey, .candidateCount, nil)
        case .noMatchingKey: (.noMatchingKey, .candidateKeys, nil)
        case .keySetUnavailable: (.keySetUnavailable, .keySetRefresh, nil)
        case .malformedSignature, .badSignature: (.badSignature, .signature, "signature")
        case .certificateExpired: (.certificateExpired, .certificateValidity, "certificate")
        case .wrongAudience: (.wrongAudience, .audience, "aud")
        case .expired: (.expired, .expiry, "exp")
        case .lifetimeTooLong: (.lifetimeTooLong, .lifetime, "exp")
        case .notYetValid: (.notYetValid, .notBefore, "nbf")
        case .issuedInFuture: (.issuedInFuture, .issuedInFuture, "iat")
        case .tooOld: (.tooOld, .age, "iat")
        case .replayed: (.replayed, .replay, "jti")
        }
    }

    /// Whether the caller had proved possession of a key.
    public var isProven: Bool { rule > .signature }

    /// Whether the caller may learn the reason: it depends only on the caller's own bytes (rules 1 to 9 and 9a), or the caller had proved
    /// possession of a key.
    public var isDisclosed: Bool {
        if case .malformedSignature = self { true } else { rule < .registeredClient || isProven }
    }
}

extension RegisteredClaim {
    /// The rule that reads the claim first.
    fileprivate var rule: Rule {
        switch self {
        case .issuer, .subject: .issuerAndSubject
        case .audience: .audience
        case .expiry: .expiry
        case .notBefore: .notBefore
        case .issuedAt: .issuedInFuture
        case .jwtID: .jwtID
        }
    }
}
