extension RequiredClaim {
    /// The claim as one of all registered claims.
    var registered: RegisteredClaim {
        switch self {
        case .issuer: .issuer
        case .subject: .subject
        case .audience: .audience
        case .expiry: .expiry
        case .issuedAt: .issuedAt
        case .jwtID: .jwtID
        }
    }

    /// The requirement on the claim.
    var requirement: String {
        switch self {
        case .issuer, .subject: "the client ID, a non-empty string"
        case .audience: "this server's issuer identifier, a string"
        case .expiry: "the time of expiry, a number of seconds since 1970"
        case .issuedAt: "the time of signing, a number of seconds since 1970"
        case .jwtID: "a string of 1 to 256 bytes, new for each assertion"
        }
    }

    /// What the client's developer can do.
    var remedy: String {
        switch self {
        case .issuer, .subject: "Set \(rawValue) to the client ID."
        case .audience: "Set aud to the issuer that the server's metadata names."
        case .expiry: "Set exp to one to five minutes after signing."
        case .issuedAt: "Set iat to the time of signing."
        case .jwtID: "Set jti to a random value such as a UUID, a new one for each assertion."
        }
    }

    /// What the operator can do about a claim that is absent.
    var operatorRemedies: [OperatorRemedy] {
        switch self {
        case .issuer, .subject, .audience, .expiry: []
        case .issuedAt: [.stopRequiringIssuedAt]
        case .jwtID: [.acceptMissingJWTID]
        }
    }
}

extension ClaimFault {
    /// Describes the fault.
    func words(_ claim: RequiredClaim) -> String {
        switch self {
        case .absent: "no \(claim.rawValue)"
        case .empty: "the empty string"
        case .tooLong(let bytes): "a string of \(bytes) bytes"
        }
    }
}

extension RegisteredClaim {
    /// The JSON type that RFC 7519 §4.1 gives the claim.
    var type: String {
        switch self {
        case .issuer, .subject, .jwtID: "a string"
        case .audience: "a string, or an array of exactly one string"
        case .expiry, .notBefore, .issuedAt: "a number, seconds since 1970"
        }
    }

    /// Describes a value of the wrong type.
    func found(_ value: JSONValue) -> String {
        if case .number = value, isTime { return "\(value.shown), larger than any time" }
        return value.shown
    }

    /// Returns what the client's developer can do.
    func remedy(for value: JSONValue) -> String {
        if case .null = value { return "The value was not set: send \(type)." }
        guard isTime else {
            return self == .audience
                ? "Send aud as one string." : "Send \(rawValue) as a JSON string, in quotation marks."
        }
        if case .string(let text) = value, Double(text.text) != nil {
            return "Send \(rawValue) as a JSON number, without quotation marks."
        }
        return "Send \(rawValue) as a whole number of seconds since 1970, not as a text, a date or an object."
    }

    private var isTime: Bool {
        switch self {
        case .expiry, .notBefore, .issuedAt: true
        case .issuer, .subject, .audience, .jwtID: false
        }
    }
}
