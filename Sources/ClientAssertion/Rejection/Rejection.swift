import CountersignJOSE

/// Why a client assertion was refused: one case for each reason, with the facts a person needs to mend it.
public enum Rejection: Error, Sendable, Equatable {
    /// Rules 1 to 3: it is no JWS whose header and claims are one JSON object each. `rule` says which of the three.
    case malformed(rule: Rule, detail: String)
    /// Rule 4: `alg` is none of the accepted asymmetric algorithms.
    case algorithmNotAllowed(found: String)
    /// Rule 5: the header asks for an extension.
    case criticalHeader(parameter: String)
    /// Rule 6, and rule 17 where explicit typing is demanded.
    case wrongType(found: ExactString?, isDemanded: Bool)
    /// Rules 8, 17, 18, 22 and 23: a required claim is absent or of no use.
    case missingClaim(RequiredClaim, ClaimFault)
    /// Rule 8.
    case issuerSubjectMismatch(issuer: ExactString, subject: ExactString)
    /// Rule 9.
    case clientIDMismatch(parameter: ClientID, subject: ClientID)
    /// Rule 10.
    case unknownClient(ClientID, UnknownClientReason)
    /// Rule 11: the client is registered for another algorithm.
    case algorithmNotRegistered(found: SignatureAlgorithm, registered: SignatureAlgorithm)
    /// Rules 12 and 14.
    case noMatchingKey(NoMatchingKeyReason)
    /// Rule 13.
    case keySetUnavailable(reason: String)
    /// Rule 15.
    case badSignature(algorithm: SignatureAlgorithm, keysTried: Int)
    /// Rule 16.
    case certificateExpired(subject: String, notBefore: UnixTime, notAfter: UnixTime, now: UnixTime)
    /// Rule 17.
    case wrongAudience(found: String, accepted: [ExactString], profile: AudienceProfile)
    /// Rule 18; `at` is `nil` where `exp` is no finite JSON number.
    case expired(at: UnixTime?, now: UnixTime, skew: Duration)
    /// Rule 19.
    case lifetimeTooLong(expiry: UnixTime, latest: UnixTime)
    /// Rule 20; `notBefore` is `nil` where `nbf` is no finite JSON number.
    case notYetValid(notBefore: UnixTime?, now: UnixTime, skew: Duration)
    /// Rule 21; `issuedAt` is `nil` where `iat` is no finite JSON number.
    case issuedInFuture(issuedAt: UnixTime?, now: UnixTime, skew: Duration)
    /// Rule 22.
    case tooOld(issuedAt: UnixTime, oldest: UnixTime)
    /// Rule 24; `jti` is `nil` where the signing input took its place.
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

/// What is the matter with a required claim.
public enum ClaimFault: String, Sendable {
    case absent = "absent"
    case empty = "empty"
    case notAString = "not a string"
    case tooLong = "longer than 256 bytes"
}

/// Why a client does not exist as far as a caller is concerned.
public enum UnknownClientReason: Sendable, Equatable {
    case notRegistered
    case disabled
    case otherMethod(AuthenticationMethod)
    /// Its identifier is a URL, and the metadata document at it makes it no client; the text follows the identifier.
    case metadataDocument(String)
}

/// Why no registered key was a candidate.
public enum NoMatchingKeyReason: Sendable, Equatable {
    /// The client has no key at all.
    case noKeys
    /// It has no key although the operator gave it one; the text says why.
    case notItsKey(String)
    /// It has keys, none of which fits the algorithm and the key identifier.
    case noneFits(algorithm: SignatureAlgorithm, keyID: ExactString?, registered: [String])
    /// Without `kid` more keys fit than are tried.
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
        case .issuerSubjectMismatch: .issuerSubjectMismatch
        case .clientIDMismatch: .clientIDMismatch
        case .unknownClient: .unknownClient
        case .noMatchingKey: .noMatchingKey
        case .keySetUnavailable: .keySetUnavailable
        case .badSignature: .badSignature
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

    /// The rule that fell.
    public var rule: Rule {
        switch self {
        case .malformed(let rule, _): rule
        case .algorithmNotAllowed: .algorithm
        case .criticalHeader: .criticalHeader
        case .wrongType(_, let isDemanded): isDemanded ? .audience : .type
        case .missingClaim(let claim, _):
            switch claim {
            case .issuer, .subject: .issuerAndSubject
            case .audience: .audience
            case .expiry: .expiry
            case .issuedAt: .age
            case .jwtID: .jwtID
            }
        case .issuerSubjectMismatch: .issuerAndSubject
        case .clientIDMismatch: .clientIDParameter
        case .unknownClient: .registeredClient
        case .algorithmNotRegistered: .registeredAlgorithm
        case .noMatchingKey(.tooMany): .candidateCount
        case .noMatchingKey: .candidateKeys
        case .keySetUnavailable: .keySetRefresh
        case .badSignature: .signature
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

    /// Whether the caller had proved a key, and so may be told the reason.
    public var isDisclosed: Bool { rule.isAskedAfterProof }
}
