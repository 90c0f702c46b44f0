/// The reason why a client assertion was refused, with the facts that are needed to correct it.
public enum Rejection: Error, Sendable, Equatable {
    /// Rules 1 to 3: it is not a JWS whose header and claims are one JSON object each. `rule` is one of the three; `remedy` is for the client.
    case malformed(rule: Rule, detail: String, remedy: String? = nil)
    /// Rule 4: `alg` is not one of the accepted asymmetric algorithms.
    case algorithmNotAllowed(found: String)
    /// Rule 5: the header requires an extension.
    case criticalHeader(parameter: String)
    /// Rule 6, and rule 17 if explicit typing is required.
    case wrongType(found: ExactString?, isDemanded: Bool)
    /// Rules 8, 17, 18, 22 and 23: a required claim is absent, empty or too long. `issuer` is the right `aud`, if it may be disclosed.
    case missingClaim(RequiredClaim, ClaimFault, issuer: ExactString? = nil)
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
    /// Rule 15. Keys are left out after too many failed signatures without `kid`.
    case badSignature(algorithm: SignatureAlgorithm, keysTried: [KeyName], keysLeftOut: Int = 0)
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

/// A claim that an assertion must carry (RFC 7523 §3).
public enum RequiredClaim: String, Sendable, CaseIterable {
    case issuer = "iss"
    case subject = "sub"
    case audience = "aud"
    case expiry = "exp"
    case issuedAt = "iat"
    case jwtID = "jti"
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

/// The reason why callers are told that a client is unknown.
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
    case notItsKey(String)
    /// Every key was excluded; the first few of many are listed.
    case noneFits(SoughtKey, excluded: [ExcludedKey], others: Int)
    /// There is no `kid`, and more keys fit than are tried.
    case tooMany(Int)
}

extension Rejection {
    /// The stable code of this reason.
    public var code: RejectionCode {
        switch self {
        case .malformed: .malformed
        case .algorithmNotAllowed, .algorithmNotRegistered: .algorithmNotAllowed
        case .criticalHeader: .criticalHeader
        case .wrongType: .wrongType
        case .missingClaim: .missingClaim
        case .wrongClaimType: .wrongClaimType
        case .issuerSubjectMismatch: .issuerSubjectMismatch
        case .clientIDMismatch: .clientIDMismatch
        case .unknownClient: .unknownClient
        case .noMatchingKey: .noMatchingKey
        case .keySetUnavailable: .keySetUnavailable
        case .malformedSignature, .badSignature: .badSignature
        case .certificateExpired: .certificateExpired
        case .wrongAudience: .wrongAudience
        case .expired: .expired
        case .lifetimeTooLong: .lifetimeTooLong
        case .notYetValid: .notYetValid
        case .issuedInFuture: .issuedInFuture
        case .tooOld: .tooOld
        case .replayed: .replayed
        }
    }

    /// The rule that failed.
    public var rule: Rule {
        switch self {
        case .malformed(let rule, _, _): rule
        case .algorithmNotAllowed: .algorithm
        case .criticalHeader: .criticalHeader
        case .wrongType(_, let isDemanded): isDemanded ? .audience : .type
        case .missingClaim(let claim, _, _):
            switch claim {
            case .issuer, .subject: .issuerAndSubject
            case .audience: .audience
            case .expiry: .expiry
            case .issuedAt: .age
            case .jwtID: .jwtID
            }
        case .wrongClaimType(let claim, _):
            switch claim {
            case .issuer, .subject: .issuerAndSubject
            case .audience: .audience
            case .expiry: .expiry
            case .notBefore: .notBefore
            case .issuedAt: .issuedInFuture
            case .jwtID: .jwtID
            }
        case .issuerSubjectMismatch: .issuerAndSubject
        case .clientIDMismatch: .clientIDParameter
        case .unknownClient: .registeredClient
        case .algorithmNotRegistered: .registeredAlgorithm
        case .noMatchingKey(.tooMany, _): .candidateCount
        case .noMatchingKey: .candidateKeys
        case .keySetUnavailable: .keySetRefresh
        case .malformedSignature, .badSignature: .signature
        case .certificateExpired: .certificateValidity
        case .wrongAudience: .audience
        case .expired: .expiry
        case .lifetimeTooLong: .lifetime
        case .notYetValid: .notBefore
        case .issuedInFuture: .issuedInFuture
        case .tooOld: .age
        case .replayed: .replay
        }
    }

    /// Whether the caller had proved possession of a key.
    public var isProven: Bool { rule > .signature }

    /// Whether the failure was found in the caller's own bytes, by rules 1 to 9 and 9a, before a client was looked up.
    var isFoundInRequestAlone: Bool {
        if case .malformedSignature = self { true } else { rule < .registeredClient }
    }

    /// Whether the caller may be told the reason: it depends only on the caller's own bytes, or the caller had proved a key.
    public var isDisclosed: Bool { isFoundInRequestAlone || isProven }
}
