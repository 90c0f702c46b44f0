/// How strictly `aud` is checked (rule 17).
public enum AudienceProfile: String, Sendable, CaseIterable {
    /// The issuer, the token endpoint, the endpoint called or an alias, as a string or an array of exactly one.
    case compatible
    /// The issuer, as a string or an array of exactly one (draft-ietf-oauth-rfc7523bis).
    case strict
    /// The issuer, as a string (FAPI 2.0 Security Profile §5.3.2.1); a short lifetime and little tolerance for future times.
    case fapi
    /// Like `compatible`, but an array may have other values too, and `jti` may be missing. Only for individual clients.
    case legacy

    /// Whether `jti` may be missing; rule 24 then uses the signing input instead.
    var allowsMissingJWTID: Bool { self == .legacy }
}

/// The `aud` claim as it was sent (RFC 7519 §4.1.3).
public enum Audience: Sendable, Equatable, CustomStringConvertible {
    case one(ExactString)
    case many([ExactString])

    /// - Returns: `nil` if the value is neither a string nor an array of strings.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .one(text)
        case .array(let elements):
            var audiences: [ExactString] = []
            audiences.reserveCapacity(elements.count)
            for element in elements {
                guard case .string(let text) = element else { return nil }
                audiences.append(text)
            }
            self = .many(audiences)
        case .null, .boolean, .number, .object: return nil
        }
    }

    /// The audience, as shown in a trace.
    public var description: String {
        switch self {
        case .one(let audience): "'\(audience.text)'"
        case .many(let audiences): "[" + audiences.map { "'\($0.text)'" }.joined(separator: ", ") + "]"
        }
    }
}

/// The values of `aud` that identify one authorization server.
public struct AcceptedAudiences: Sendable {
    /// The issuer identifier (RFC 8414 §2), which every profile accepts.
    public let issuer: ExactString
    /// The URLs of the token endpoint and of the endpoint called, which the profiles `compatible` and `legacy` accept as well.
    public let endpoints: [ExactString]

    /// - Parameters:
    ///   - issuer: the issuer identifier.
    ///   - endpoints: the token endpoint, and the endpoint called if it is a different one.
    public init(issuer: String, endpoints: [String] = []) {
        self.issuer = ExactString(issuer)
        self.endpoints = endpoints.map { ExactString($0) }
    }
}
