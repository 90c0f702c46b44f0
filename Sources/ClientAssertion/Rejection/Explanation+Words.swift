import CountersignJOSE

extension RequiredClaim {
    /// What the claim has to be.
    var requirement: String {
        switch self {
        case .issuer, .subject: "the client identifier, a non-empty string"
        case .audience: "this server's issuer identifier"
        case .expiry: "the time of expiry in seconds since 1970"
        case .issuedAt: "the time of issue in seconds since 1970"
        case .jwtID: "a string of 1 to 256 bytes, new for each assertion"
        }
    }
}

extension UnknownClientReason {
    var text: String {
        switch self {
        case .notRegistered: "not registered"
        case .disabled: "disabled"
        case .otherMethod(let method): "registered for the method \(method.rawValue)"
        case .metadataDocument(let detail): shortened(detail)
        }
    }

    func remedy(for id: ClientID) -> String {
        switch self {
        case .notRegistered:
            "Register it: countersign client add --id \(shortened(id.text)) … (and look for a typing error)."
        case .disabled: "Enable it: countersign client enable \(shortened(id.text))."
        case .otherMethod: "Register the client for private_key_jwt."
        case .metadataDocument: "Mend the document at the client's URL, or the list of allowed hosts."
        }
    }
}

extension NoMatchingKeyReason {
    var expected: String {
        switch self {
        case .noKeys, .notItsKey, .noneFits: "a registered key for this alg and kid"
        case .tooMany: "at most \(CandidateKeys.maximumWithoutKeyID) keys that fit, or a kid"
        }
    }

    var found: String {
        switch self {
        case .noKeys: "the client has no key"
        case .notItsKey(let reason): "the client has no key: \(shortened(reason, to: 1024))"
        case .noneFits(let algorithm, let keyID, let registered):
            "alg \(algorithm.name), kid \(keyID.map { quoted($0.text) } ?? "absent"); registered: "
                + registered.joined(separator: ", ")
        case .tooMany(let count): "\(count) keys fit and there is no kid"
        }
    }

    var remedy: String {
        switch self {
        case .noKeys: "Register the client's public key: countersign client edit ID --jwks FILE."
        case .notItsKey:
            "Operator: give the client its key: countersign keystore export ALIAS --out FILE, "
                + "then countersign client edit ID --certificate FILE."
        case .noneFits: "Sign with a registered key and name it by its kid, or register the key in use."
        case .tooMany: "Put the key's kid into the assertion's header."
        }
    }
}

extension AudienceProfile {
    /// The form of `aud` the profile wants, to be followed by the accepted values.
    var form: String {
        switch self {
        case .compatible: "a string, or an array of exactly one:"
        case .strict: "a string:"
        case .legacy: "a string or an array with"
        }
    }
}

extension SignatureAlgorithm {
    /// Every accepted `alg`, for people.
    static let acceptedNames = allCases.map(\.name).joined(separator: ", ")
}

/// Text that a caller wrote, cut to 256 bytes at a character's edge, control characters made visible.
package func shortened(_ text: String, to limit: Int = 256) -> String {
    var result = ""
    var length = 0
    for scalar in text.unicodeScalars {
        let isControl = scalar.value < 0x20 || scalar.value == 0x7F
        let piece = isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        length += piece.utf8.count
        guard length <= limit else { return result + "…" }
        result += piece
    }
    return result
}

/// The same, as a person would quote it.
func quoted(_ text: String) -> String {
    "'\(shortened(text))'"
}
