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

    /// `ID` stands for the client ID: what prints the sentence quotes it for the shell.
    var operatorRemedy: String {
        switch self {
        case .notRegistered:
            "Look for a typing error in the client ID: countersign client list. If the client is new, register it: "
                + "countersign client add --id ID --name NAME --jwks FILE."
        case .disabled: "If it may be let in again, enable it: countersign client enable ID."
        case .otherMethod: "Register the client for private_key_jwt."
        case .metadataDocument: "Have the document at the client's URL corrected, or add its host to allowed_hosts."
        }
    }

    var clientRemedy: String {
        switch self {
        case .notRegistered:
            "Compare the client ID in iss and sub with the registered one, byte for byte, and the server with the one it is "
                + "registered at."
        case .disabled: "Nothing to change in the client: ask the operator whether it may be enabled again."
        case .otherMethod: "Ask the operator to register the client for private_key_jwt."
        case .metadataDocument:
            "Correct the metadata document at the client's URL, or ask the operator whether its host is allowed."
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
        case .noneFits(let sought, let excluded, _): Self.remedy(for: sought, excluded)
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
            RejectionExplanation.inspectionAdvice
                + "Register a new public key: countersign client edit ID --jwks FILE."
        case .tooMany: "Remove keys that are not in use any more: countersign client key list ID."
        }
    }
}

extension SignatureAlgorithm {
    /// Every accepted `alg`, for people.
    static let acceptedNames = allCases.flatMap(\.names).joined(separator: ", ")

    /// What to do in place of signing with an algorithm that is not accepted.
    static func remedy(for name: String) -> String {
        let upper = name.uppercased()
        if let meant = allCases.flatMap(\.names).first(where: { $0.uppercased() == upper }) {
            return "Write it \(meant): names of algorithms are case-sensitive."
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
        guard let kind else { return "Set typ to client-authentication+jwt." }
        return
            "Its typ says that it is \(kind). If you sent one, send an assertion that the client signed for itself; if it is "
            + "the client's own assertion, set typ to client-authentication+jwt or leave typ out."
    }
}
