extension RegisteredClaim {
    /// Describes a required claim that is absent, empty or too long.
    ///
    /// - Parameter issuer: the right `aud`, if it may be disclosed.
    func explanation(of fault: ClaimFault, issuer: ExactString?) -> RejectionExplanation {
        let (requirement, remedy, operatorRemedies): (String, String, [OperatorRemedy]) =
            switch self {
            case .issuer, .subject: ("the client ID, a non-empty string", "Set \(rawValue) to the client ID.", [])
            case .audience:
                (
                    "this server's issuer identifier, a string",
                    "Set aud to the issuer that the server's metadata names.", []
                )
            case .expiry:
                (
                    "the time of expiry, a number of seconds since 1970",
                    "Set exp to one to five minutes after signing.", []
                )
            case .notBefore:
                ("the time from which the assertion is valid", "Set nbf to the time of signing, or leave it out.", [])
            case .issuedAt:
                (
                    "the time of signing, a number of seconds since 1970", "Set iat to the time of signing.",
                    [.stopRequiringIssuedAt]
                )
            case .jwtID:
                (
                    "a string of 1 to 256 bytes, new for each assertion",
                    "Set jti to a random value such as a UUID, a new one for each assertion.", [.acceptMissingJWTID]
                )
            }
        let found =
            switch fault {
            case .absent: "no \(rawValue)"
            case .empty: "the empty string"
            case .tooLong(let bytes): "a string of \(bytes) bytes"
            }
        return RejectionExplanation(
            expected: requirement, found: found,
            clientRemedy: issuer.map { "Set aud to \(quoted($0.text))." } ?? remedy,
            operatorRemedies: fault == .absent ? operatorRemedies : [])
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
        if case .number = value, isTime { return "\(value.displayed), larger than any time" }
        return value.displayed
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

    private var isTime: Bool { [.expiry, .notBefore, .issuedAt].contains(self) }
}
