import CountersignJOSE

/// The claims of an assertion (RFC 7523 §3), as JSON: each rule reads what it needs and says what is wrong with it.
public struct AssertionClaims: Sendable {
    /// The claims as one JSON object, unknown ones included.
    public let object: JSONObject

    /// Takes the payload of an assertion.
    public init(_ object: JSONObject) {
        self.object = object
    }

    /// A claim that must be a non-empty string.
    ///
    /// - Throws: `Rejection.missingClaim` where it is absent or empty, `wrongClaimType` where it is of another type.
    func requiredString(_ claim: RequiredClaim) throws(Rejection) -> ExactString {
        guard let value = object[claim.rawValue] else { throw .missingClaim(claim, .absent) }
        guard case .string(let text) = value else { throw .wrongClaimType(claim.registered, found: value) }
        guard !text.text.isEmpty else { throw .missingClaim(claim, .empty) }
        return text
    }

    /// A claim that is a NumericDate (RFC 7519 §2), if it is there.
    ///
    /// - Throws: `Rejection.wrongClaimType` where it is not a finite JSON number.
    func date(_ claim: RegisteredClaim) throws(Rejection) -> UnixTime? {
        guard let value = object[claim.rawValue] else { return nil }
        guard case .number(let number) = value, let time = UnixTime(numericDate: number.double) else {
            throw .wrongClaimType(claim, found: value)
        }
        return time
    }
}
