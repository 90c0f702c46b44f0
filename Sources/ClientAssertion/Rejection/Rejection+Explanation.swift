import CountersignJOSE

/// A rejection in the words of a person: what the rule expects, what the assertion has, and what to do.
public struct RejectionExplanation: Sendable, Equatable {
    /// What the rule asks for.
    public let expected: String
    /// What the assertion has.
    public let found: String
    /// What to do about it.
    public let remedy: String
}

extension Rejection {
    /// What was expected, what was found and how to mend it. Text that a caller wrote is cut to a length that fits a line.
    public var explanation: RejectionExplanation {
        switch self {
        case .malformed(let rule, let detail):
            .init(
                expected: rule.title, found: detail,
                remedy: "Send the compact serialization of a signed JWT, unchanged: header.claims.signature.")
        case .algorithmNotAllowed(let found):
            .init(
                expected: "one of \(SignatureAlgorithm.acceptedNames)", found: quoted(found),
                remedy: "Sign with an asymmetric algorithm; ES256 is a good choice.")
        case .criticalHeader(let parameter):
            .init(
                expected: "no crit and no b64 header parameter", found: quoted(parameter),
                remedy: "Leave the parameter out: no extension is understood here.")
        case .wrongType(let found, let isDemanded):
            .init(
                expected: isDemanded ? "client-authentication+jwt" : "absent, JWT or client-authentication+jwt",
                found: found.map { quoted($0.text) } ?? "absent",
                remedy: "Set typ to client-authentication+jwt; a token made for another purpose is no assertion.")
        case .missingClaim(let claim, let fault):
            .init(
                expected: claim.requirement, found: fault.rawValue,
                remedy: "Put \(claim.rawValue) into the claims: \(claim.requirement).")
        case .issuerSubjectMismatch(let issuer, let subject):
            .init(
                expected: "iss equal to sub, byte for byte",
                found: "iss \(quoted(issuer.text)), sub \(quoted(subject.text))",
                remedy: "Set both iss and sub to the client identifier.")
        case .clientIDMismatch(let parameter, let subject):
            .init(
                expected: "client_id equal to sub, \(quoted(subject.text))", found: quoted(parameter.text),
                remedy: "Leave the client_id parameter out, or make it the client identifier of the assertion.")
        case .unknownClient(let id, let reason):
            .init(
                expected: "an enabled client registered for private_key_jwt",
                found: "\(quoted(id.text)) is \(reason.text)",
                remedy: reason.remedy(for: id))
        case .algorithmNotRegistered(let found, let registered):
            .init(
                expected: registered.name, found: found.name,
                remedy: "Sign with \(registered.name), or change the client's --auth-signing-alg.")
        case .noMatchingKey(let reason):
            .init(expected: reason.expected, found: reason.found, remedy: reason.remedy)
        case .keySetUnavailable(let reason):
            .init(
                expected: "the client's key set", found: shortened(reason, to: 1024),
                remedy: "See that the client's jwks_uri answers over https with a JWK Set.")
        case .malformedSignature(let algorithm, let fault):
            .init(
                expected: algorithm.signatureForm, found: fault.text, remedy: fault.remedy(for: algorithm))
        case .badSignature(let algorithm, let keysTried):
            .init(
                expected: "a valid \(algorithm.name) signature by a registered key",
                found: keysTried == 1
                    ? "the registered key does not verify it" : "none of \(keysTried) keys verifies it",
                remedy: "Sign with the private key whose public half is registered; compare RFC 7638 thumbprints.")
        case .certificateExpired(let subject, let notBefore, let notAfter, let now):
            .init(
                expected: "valid at \(now.text)",
                found: "\(shortened(subject)) is valid \(notBefore.text) to \(notAfter.text)",
                remedy: "Register the client's new certificate, or its bare public key.")
        case .wrongAudience(let found, let accepted, let profile):
            .init(
                expected: "\(profile.form) \(accepted.map { quoted($0.text) }.joined(separator: " or "))",
                found: shortened(found), remedy: "Set aud to the issuer, \(quoted(accepted.first?.text ?? "")).")
        case .expired(let expiry, let now, let skew):
            .init(
                expected: expiry == nil ? "a finite JSON number" : "later than \((now - skew).text)",
                found: expiry.map { "\($0.text), \((now - $0).text) ago" } ?? "another value",
                remedy: "Make a fresh assertion for each request and keep both clocks on time.")
        case .lifetimeTooLong(let expiry, let latest):
            .init(
                expected: "not later than \(latest.text)", found: expiry.text,
                remedy: "Give the assertion a life of a minute or two.")
        case .notYetValid(let notBefore, let now, let skew):
            .init(
                expected: notBefore == nil ? "a finite JSON number" : "not later than \((now + skew).text)",
                found: notBefore.map { "\($0.text), in \(($0 - now).text)" } ?? "another value",
                remedy: "Set the client's clock, or leave nbf out.")
        case .issuedInFuture(let issuedAt, let now, let skew):
            .init(
                expected: issuedAt == nil ? "a finite JSON number" : "not later than \((now + skew).text)",
                found: issuedAt.map { "\($0.text), in \(($0 - now).text)" } ?? "another value",
                remedy: "Set the client's clock.")
        case .tooOld(let issuedAt, let oldest):
            .init(
                expected: "not before \(oldest.text)", found: issuedAt.text,
                remedy: "Make a fresh assertion for each request.")
        case .replayed(let jti):
            .init(
                expected: "a jti this client has not used",
                found: jti.map { "\(quoted($0.text)), used before" } ?? "no jti, and this very assertion used before",
                remedy: "Make a fresh assertion with a new jti for each request, retries included.")
        }
    }

    /// One sentence for `error_description`, in the characters RFC 6749 §5.2 allows.
    public var sentence: String {
        let explanation = explanation
        // A demand for explicit typing falls under rule 17, and is not about aud.
        var subject = rule.subjectOfError
        if case .wrongType = self { subject = "typ" }
        if case .missingClaim(let claim, _) = self { subject = claim.rawValue }
        return "\(subject): expected \(explanation.expected); found \(explanation.found)."
    }
}

extension Rule {
    /// What an error message is about.
    fileprivate var subjectOfError: String {
        switch self {
        case .audience: "aud"
        case .expiry, .lifetime: "exp"
        case .notBefore: "nbf"
        case .issuedInFuture, .age: "iat"
        case .jwtID, .replay: "jti"
        case .certificateValidity: "certificate"
        case .structure, .encoding, .json: "client_assertion"
        case .algorithm: "alg"
        case .criticalHeader: "header"
        case .type: "typ"
        case .issuerAndSubject: "iss and sub"
        case .clientIDParameter: "client_id"
        case .signature: "signature"
        case .untrustedHeader, .registeredClient, .registeredAlgorithm, .candidateKeys, .keySetRefresh,
            .candidateCount:
            title
        }
    }
}
