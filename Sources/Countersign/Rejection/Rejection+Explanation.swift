import CountersignJOSE

extension Rejection {
    /// What was expected, what was found and what to do. Text that a caller wrote is cut to a length that fits a line.
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
        case .wrongType(let found, let isDemanded):
            .init(
                expected: isDemanded ? "client-authentication+jwt" : "absent, JWT or client-authentication+jwt",
                found: found.map { quoted($0.text) } ?? "no typ",
                clientRemedy: TokenKind.remedy(for: found),
                operatorRemedy: isDemanded
                    ? "For a client that cannot set typ, take back the demand: require_explicit_typing under [assertions], "
                        + "or the client's own." : RejectionExplanation.clientOnly)
        case .missingClaim(let claim, let fault, let issuer):
            .init(
                expected: claim.requirement, found: fault.words(claim),
                clientRemedy: issuer.map { "Set aud to \(quoted($0.text))." } ?? claim.remedy,
                operatorRemedy: fault == .absent ? claim.operatorRemedy : RejectionExplanation.clientOnly)
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
        case .unknownClient(let id, let reason):
            .init(
                expected: "an enabled client registered for private_key_jwt",
                found: "\(quoted(id.text)) is \(reason.text)",
                clientRemedy: reason.clientRemedy, operatorRemedy: reason.operatorRemedy)
        case .algorithmNotRegistered(let found, let registered):
            .init(
                expected: "\(registered.name), the one algorithm registered for the client", found: found.name,
                clientRemedy: "Sign with \(registered.name).",
                operatorRemedy:
                    "Or change the registration: countersign client edit ID --auth-signing-alg \(found.name).")
        case .noMatchingKey(let reason, let origin):
            .init(
                expected: reason.expected, found: reason.found + (origin.map { "; the keys \($0.text)" } ?? ""),
                clientRemedy: reason.remedy,
                operatorRemedy: reason.operatorRemedy)
        case .keySetUnavailable(let reason):
            .init(
                expected: "the client's key set", found: shortened(reason, to: 1024),
                clientRemedy: Self.isRefusedByPolicy(reason)
                    ? "Publish the key set at a public https address, or ask the operator whether this one may be read."
                    : "See that the key set at the jwks_uri answers over https with a JWK Set.",
                operatorRemedy: Self.isRefusedByPolicy(reason)
                    ? "This server's own policy refuses the address. What was found names the setting under [remote_keys], if there is "
                        + "one; or register the keys: countersign client edit ID --jwks FILE."
                    : "See that this machine reaches the jwks_uri: countersign client show ID tells its state.")
        case .malformedSignature(let algorithm, let fault):
            .init(
                expected: algorithm.signatureForm, found: fault.text, clientRemedy: fault.remedy(for: algorithm))
        case .badSignature(let algorithm, let keysTried, let keysLeftOut):
            .init(
                expected: "a valid \(algorithm.name) signature by a registered key",
                found: (keysTried.count == 1
                    ? "the key \(keysTried[0].text) does not verify it"
                    : "none of \(keysTried.count) keys verifies it: \(keysTried.map(\.text).joined(separator: ", "))")
                    + (keysLeftOut == 0
                        ? ""
                        : "; \(keysLeftOut) more were not tried, because too many signatures without kid have failed"),
                clientRemedy: keysLeftOut > 0
                    ? "Send the kid of the key that signs, or its RFC 7638 thumbprint as kid: then that key is tried."
                    : "Sign with the private half of \(keysTried.count == 1 ? "that key" : "one of these keys"); compare "
                        + "RFC 7638 thumbprints. If you do: \(algorithm.signedBytes)",
                operatorRemedy:
                    RejectionExplanation.inspectionAdvice
                    + "Tell the client the thumbprint above. If it signs with a key that is not registered, register its public half: "
                    + "countersign client edit ID --jwks FILE.")
        case .certificateExpired(let subject, let notBefore, let notAfter, let now):
            .init(
                expected: "one that is valid at \(now.text)",
                found: now < notBefore
                    ? "\(shortened(subject)), which is valid from \(notBefore.text), \((notBefore - now).text) ahead"
                    : "\(shortened(subject)), which ran out on \(notAfter.text), \((now - notAfter).text) ago",
                clientRemedy: now < notBefore
                    ? "Wait until then, or sign with a key whose certificate is valid, and have that registered."
                    : "Give the operator a renewed certificate for this key, or sign with a key whose certificate is valid and "
                        + "have that registered.",
                operatorRemedy: "Register the client's new certificate: countersign client edit ID --certificate FILE. "
                    + "Until then: --certificate-validity warn.")
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
                found: jti.map { "\(quoted($0.text)), used before" } ?? "no jti, and this very assertion used before",
                clientRemedy: "Sign a new assertion with a new jti for each request, and for each retry.",
                operatorRemedy: "For a client that cannot: countersign client edit ID --allow-reuse.")
        }
    }

    /// Whether a document was not asked for because of the server's own policy. The reason comes as a sentence; `KeySetPolicyWordsTests`
    /// holds the two together.
    private static func isRefusedByPolicy(_ reason: String) -> Bool {
        [
            "allow_http_loopback", "allowed_networks", "allowed_hosts", "lets it through", "let through",
            "public addresses only", "into a private network",
        ].contains { reason.contains($0) }
    }
}
