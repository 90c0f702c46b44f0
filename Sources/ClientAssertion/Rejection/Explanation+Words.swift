import CountersignJOSE

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
        case .metadataDocument: "Have the document at the client's URL corrected, or add its host to allowed_hosts."
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
        case .noneFits(let sought, let excluded, let others):
            "\(sought.text); registered: " + excluded.map(\.text).joined(separator: "; ")
                + (others == 0 ? "" : "; and \(others) more")
        case .tooMany(let count): "\(count) keys fit and there is no kid"
        }
    }

    var remedy: String {
        switch self {
        case .noKeys: "Give the operator the client's public key, a JWK Set or a certificate."
        case .notItsKey: "Give the operator the client's public key, a JWK Set or a certificate."
        case .noneFits: "Sign with a registered key and name it by its kid, or have the new public key registered."
        case .tooMany: "Put the kid of the key that signs into the header."
        }
    }

    var operatorRemedy: String {
        switch self {
        case .noKeys: "Register the client's public key: countersign client edit ID --jwks FILE."
        case .notItsKey:
            "Give the client its key: countersign keystore export ALIAS --out FILE, "
                + "then countersign client edit ID --certificate FILE."
        case .noneFits:
            "With a copy of the assertion, countersign assertion inspect TOKEN tells whether a registered key verifies it. "
                + "Register a new public key: countersign client edit ID --jwks FILE."
        case .tooMany: "Remove keys that are not in use any more: countersign client key list ID."
        }
    }
}

extension SignatureAlgorithm {
    /// Every accepted `alg`, for people.
    static let acceptedNames = allCases.map(\.name).joined(separator: ", ")

    /// What to do in place of signing with an algorithm that is not accepted.
    static func remedy(for name: String) -> String {
        let upper = name.uppercased()
        if let meant = allCases.first(where: { $0.name.uppercased() == upper }) {
            return "Write it \(meant.name): names of algorithms have a case."
        }
        if upper == "NONE" {
            return "Sign the assertion with the client's private key, for example with ES256 or RS256."
        }
        if upper.hasPrefix("HS") {
            return
                "\(shortened(name, to: 16)) signs with a shared secret: sign with the client's private key instead, for "
                + "example with ES256 or RS256."
        }
        return "Sign with the client's private key and one of these, for example ES256 or RS256."
    }
}

/// Tokens that are sent as an assertion by mistake, by their `typ`.
enum TokenKind {
    static func remedy(for type: ExactString?) -> String {
        guard let type else { return "Set typ in the header to client-authentication+jwt." }
        let kind: String? =
            switch type.text.lowercased() {
            case "at+jwt", "application/at+jwt": "an access token"
            case "dpop+jwt", "application/dpop+jwt": "a DPoP proof"
            case "oauth-authz-req+jwt", "application/oauth-authz-req+jwt": "a request object"
            default: nil
            }
        let hint = "Set typ to client-authentication+jwt"
        return kind.map { "This is \($0): send an assertion that the client signed for itself. \(hint) in that." }
            ?? "\(hint)."
    }
}
