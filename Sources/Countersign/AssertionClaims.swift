/// The claims of an assertion (RFC 7523 §3) as JSON. Each rule reads and checks the claims that it needs.
public struct AssertionClaims: Sendable {
    /// All claims, unknown ones included.
    public let object: JSONObject

    /// - Parameter object: the payload of an assertion.
    public init(_ object: JSONObject) {
        self.object = object
    }

    /// Returns a claim that must be a non-empty string.
    ///
    /// - Throws: `Rejection.missingClaim` if it is absent or empty, `wrongClaimType` if it has another type.
    func requiredString(_ claim: RegisteredClaim) throws(Rejection) -> ExactString {
        guard let value = object[claim.rawValue] else { throw .missingClaim(claim, .absent) }
        guard case .string(let text) = value else { throw .wrongClaimType(claim, found: value) }
        guard !text.text.isEmpty else { throw .missingClaim(claim, .empty) }
        return text
    }

    /// Returns a claim that is a NumericDate (RFC 7519 §2); `nil` if it is absent.
    ///
    /// - Throws: `Rejection.wrongClaimType` if it is not a finite JSON number.
    func date(_ claim: RegisteredClaim) throws(Rejection) -> UnixTime? {
        guard let value = object[claim.rawValue] else { return nil }
        guard case .number(let number) = value, let time = UnixTime(numericDate: number.double) else {
            throw .wrongClaimType(claim, found: value)
        }
        return time
    }
}
