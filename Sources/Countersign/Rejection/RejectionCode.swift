/// The stable name of a reason to refuse an assertion.
///
/// It does not change between releases: it is documented at docs/errors/CODE.md and served at /errors/CODE.
public enum RejectionCode: String, Sendable, CaseIterable {
    case malformed
    case algorithmNotAllowed = "algorithm_not_allowed"
    case criticalHeader = "critical_header"
    case wrongType = "wrong_type"
    case issuerSubjectMismatch = "issuer_subject_mismatch"
    case missingClaim = "missing_claim"
    case wrongClaimType = "wrong_claim_type"
    case clientIDMismatch = "client_id_mismatch"
    case unknownClient = "unknown_client"
    case noMatchingKey = "no_matching_key"
    case keySetUnavailable = "key_set_unavailable"
    case badSignature = "bad_signature"
    case certificateExpired = "certificate_expired"
    case wrongAudience = "wrong_audience"
    case expired
    case lifetimeTooLong = "lifetime_too_long"
    case notYetValid = "not_yet_valid"
    case issuedInFuture = "issued_in_future"
    case tooOld = "too_old"
    case replayed
}
