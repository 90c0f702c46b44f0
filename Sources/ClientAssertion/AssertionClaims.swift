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
    /// - Throws: `Rejection.missingClaim` where it is absent, empty or of another type.
    func requiredString(_ claim: RequiredClaim) throws(Rejection) -> ExactString {
        guard let value = object[claim.rawValue] else { throw .missingClaim(claim, .absent) }
        guard case .string(let text) = value else { throw .missingClaim(claim, .notAString) }
        guard !text.text.isEmpty else { throw .missingClaim(claim, .empty) }
        return text
    }

    /// A NumericDate (RFC 7519 §2).
    enum Date {
        case absent
        /// It is there, but no finite JSON number.
        case invalid
        case time(UnixTime)
    }

    func date(_ name: String) -> Date {
        guard let value = object[name] else { return .absent }
        guard case .number(let number) = value, let time = UnixTime(numericDate: number.double) else { return .invalid }
        return .time(time)
    }
}
