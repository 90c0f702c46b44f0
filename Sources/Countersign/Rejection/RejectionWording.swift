extension Rejection {
    /// What was expected, what was found and what to do. Untrusted text is cut to a length that fits a line.
    public var explanation: RejectionExplanation {
        switch self {
        case .malformed(let rule, let detail, let remedy):
            .init(
                expected: rule.expectedForm,
                found: shortened(detail),
                clientRemedy: remedy ?? "Send the signed JWT exactly as the JWT library returned it.")
        case .algorithmNotAllowed(let found):
            .init(
                expected: "one of \(SignatureAlgorithm.acceptedNames)",
                found: found == "absent" ? "no alg" : found == "not a string" ? found : quoted(found),
                clientRemedy: SignatureAlgorithm.remedy(for: found))
        case .criticalHeader(let parameter):
            .init(
                expected: "neither crit nor b64", found: quoted(parameter),
                clientRemedy: "Leave \(parameter) out of the header: no extension is understood here.")
        case .wrongType(let found, let isRequired):
            .init(
                expected: isRequired ? "client-authentication+jwt" : "absent, JWT or client-authentication+jwt",
                found: found.map { quoted($0.text) } ?? "no typ",
                clientRemedy: TokenKind.remedy(for: found),
                operatorRemedies: isRequired ? [.stopRequiringTyping] : [])
        case .missingClaim(let claim, let fault, let issuer): claim.explanation(of: fault, issuer: issuer)
        case .wrongClaimType(let claim, let found):
            .init(expected: claim.type, found: claim.found(found), clientRemedy: claim.remedy(for: found))
        case .issuerSubjectMismatch(let issuer, let subject):
            .init(
                expected: "both to be the client ID, byte for byte",
                found: "iss \(quoted(issuer.text)) and sub \(quoted(subject.text))",
                clientRemedy: "Set iss and sub to the client ID, exactly as it is registered.")
        case .clientIDMismatch(let parameter, let subject):
            .init(
                expected: "\(quoted(subject.text)), the sub of the assertion", found: quoted(parameter.text),
                clientRemedy: "Leave the parameter client_id out, or send the same client ID in both.")
        case .unknownClient(let id, let reason): reason.explanation(of: id)
        case .algorithmNotRegistered(let found, let registered):
            .init(
                expected: "\(registered.name), the one algorithm registered for the client", found: found.name,
                clientRemedy: "Sign with \(registered.name).",
                operatorRemedies: [.changeSigningAlgorithm(found)])
        case .noMatchingKey(let reason, let origin): reason.explanation(keysFrom: origin)
        case .keySetUnavailable(let reason):
            .init(
                expected: "the client's key set", found: shortened(reason, to: 1024),
                clientRemedy: Self.isRefusedByPolicy(reason)
                    ? "Publish the key set at a public https address, or ask the operator whether this one may be read."
                    : "See that the key set at the jwks_uri answers over https with a JWK Set.",
                operatorRemedies: [Self.isRefusedByPolicy(reason) ? .allowKeySetAddress : .checkKeySetURL])
        case .malformedSignature(let algorithm, let fault):
            .init(
                expected: algorithm.signatureForm, found: fault.text, clientRemedy: fault.remedy(for: algorithm))
        case .badSignature(let algorithm, let keysTried, let keysNotTried):
            .init(
                expected: "a valid \(algorithm.name) signature by a registered key",
                found: (keysTried.count == 1
                    ? "the key \(keysTried[0].text) does not verify it"
                    : "none of \(keysTried.count) keys verifies it: \(keysTried.map(\.text).joined(separator: ", "))")
                    + (keysNotTried == 0
                        ? ""
                        : "; \(keysNotTried) more were not tried, because too many signatures without kid have failed"),
                clientRemedy: keysNotTried > 0
                    ? "Send the kid of the key that signs, or its RFC 7638 thumbprint as kid: then that key is tried."
                    : "Sign with the private half of \(keysTried.count == 1 ? "that key" : "one of these keys"); compare "
                        + "RFC 7638 thumbprints. If you do: \(algorithm.signedBytes)",
                operatorRemedies: [.inspectAssertion, .registerSigningKey])
        case .certificateExpired(let subject, let notBefore, let notAfter, let now):
            .init(
                expected: "one that is valid at \(now.text)",
                found: now < notBefore
                    ? "\(shortened(subject)), which is valid from \(notBefore.text), \((notBefore - now).text) ahead"
                    : "\(shortened(subject)), which expired on \(notAfter.text), \((now - notAfter).text) ago",
                clientRemedy: now < notBefore
                    ? "Wait until then, or sign with a key whose certificate is valid, and have that registered."
                    : "Give the operator a renewed certificate for this key, or sign with a key whose certificate is valid and "
                        + "have that registered.",
                operatorRemedies: [.renewCertificate])
        case .wrongAudience(let found, let accepted, let aliases, let profile):
            .audience(found, accepted.map(\.text), aliases: aliases, profile)
        case .expired(let times): times.expiredExplanation
        case .lifetimeTooLong(let times): times.lifetimeExplanation
        case .notYetValid(let times): times.notBeforeExplanation
        case .issuedInFuture(let times): times.issuedInFutureExplanation
        case .tooOld(let times): times.ageExplanation
        case .replayed(let jti):
            .init(
                expected: "a value that this client has not used",
                found: jti.map { "\(quoted($0.text)), used before" } ?? "no jti, and this assertion used before",
                clientRemedy: "Sign a new assertion with a new jti for each request, and for each retry.",
                operatorRemedies: [.allowReuse])
        }
    }

    /// Returns whether the server's own policy refused the fetch, by the wording of the reason; `KeySetPolicyWordsTests` checks the match.
    private static func isRefusedByPolicy(_ reason: String) -> Bool {
        [
            "is plain http", "allows it", "to allow it", "never allowed", "private networks",
            "public addresses only", "into a private network",
        ].contains { reason.contains($0) }
    }
}

extension UnknownClientReason {
    fileprivate func explanation(of id: ClientID) -> RejectionExplanation {
        let (state, clientRemedy, operatorRemedy): (String, String, OperatorRemedy) =
            switch self {
            case .notRegistered:
                (
                    "not registered",
                    "Compare the client ID in iss and sub with the registered one, byte for byte, and the server with the one "
                        + "it is registered at.", .registerClient
                )
            case .disabled:
                (
                    "disabled", "Nothing to change in the client: ask the operator whether it may be enabled again.",
                    .enableClient
                )
            case .otherMethod(let method):
                (
                    "registered for the method \(method.rawValue)",
                    "Ask the operator to register the client for private_key_jwt.", .registerForPrivateKeyJWT
                )
            case .metadataDocument(let detail):
                (
                    shortened(detail),
                    "Correct the metadata document at the client's URL, or ask the operator whether its host is allowed.",
                    .correctMetadataDocument
                )
            }
        return .init(
            expected: "an enabled client registered for private_key_jwt", found: "\(quoted(id.text)) is \(state)",
            clientRemedy: clientRemedy, operatorRemedies: [operatorRemedy])
    }
}

extension NoMatchingKeyReason {
    fileprivate func explanation(keysFrom origin: KeyOrigin?) -> RejectionExplanation {
        let origin = origin.map { "; the keys \($0.text)" } ?? ""
        let fitting = "a registered key for this alg and kid"
        let provideKey = "Give the operator the client's public key, a JWK Set or a certificate."
        return switch self {
        case .noKeys:
            .init(
                expected: fitting, found: "the client has no key\(origin)", clientRemedy: provideKey,
                operatorRemedies: [.registerFirstKey])
        case .ambiguousKeyStoreEntry(let reason):
            .init(
                expected: fitting, found: "the client has no key: \(shortened(reason, to: 1024))\(origin)",
                clientRemedy: provideKey, operatorRemedies: [.registerKeyStoreEntry])
        case .noneFits(let header, let excluded, let others):
            .init(
                expected: fitting,
                found: "\(header.keyHints); registered: " + excluded.map(\.text).joined(separator: "; ")
                    + (others == 0 ? "" : "; and \(others) more") + origin,
                clientRemedy: Self.remedy(for: header, excluded),
                operatorRemedies: [.inspectAssertion, .registerNewKey])
        case .tooMany(let count):
            .init(
                expected: "at most \(CandidateKeys.maximumWithoutKeyID) keys that fit, or a kid",
                found: "\(count) keys fit, and the header has no kid\(origin)",
                clientRemedy: "Put the kid of the key that signs into the header.",
                operatorRemedies: [.removeUnusedKeys])
        }
    }
}

extension SignatureAlgorithm {
    /// Every accepted `alg`, for display.
    static let acceptedNames = allCases.flatMap(\.names).joined(separator: ", ")

    /// Returns what the client's developer can do about an algorithm that is not accepted.
    static func remedy(for name: String) -> String {
        let upper = name.uppercased()
        if let intended = allCases.flatMap(\.names).first(where: { $0.uppercased() == upper }) {
            return "Write it \(intended): names of algorithms are case-sensitive."
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

/// The kinds of tokens that clients send by mistake, identified by `typ`.
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
