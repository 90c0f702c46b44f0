import CountersignJOSE

/// Rule 17, RFC 7523 §3 (3): `aud` names this server, in the form the profile accepts.
///
/// Simple string comparison (RFC 3986 §6.2.1): a trailing slash matters, but for an issuer without a path.
enum AudienceRule {
    static func check(
        _ assertion: ClientAssertion, _ policy: AssertionPolicy, endpoint: ExactString
    ) throws(Rejection) {
        guard let value = assertion.claims.object["aud"] else {
            throw .missingClaim(.audience, .absent, issuer: policy.issuer)
        }
        guard let audience = Audience(value) else { throw .wrongClaimType(.audience, found: value) }
        let isAccepted =
            switch (policy.audienceProfile, audience) {
            case (.strict, .one(let name)), (.fapi, .one(let name)): name == policy.issuer
            case (.strict, .many(let names)): names.count == 1 && names[0] == policy.issuer
            case (.fapi, .many): false
            case (.compatible, .one(let name)), (.legacy, .one(let name)): accepts(name, policy, endpoint)
            case (.compatible, .many(let names)): names.count == 1 && accepts(names[0], policy, endpoint)
            case (.legacy, .many(let names)): names.contains { accepts($0, policy, endpoint) }
            }
        guard isAccepted else { throw wrong(audience, policy, endpoint) }
        if policy.requiresExplicitTyping, !TypeRule.isExplicit(assertion.jws.header.type) {
            throw .wrongType(found: assertion.jws.header.type, isDemanded: true)
        }
    }

    private static func accepts(_ name: ExactString, _ policy: AssertionPolicy, _ endpoint: ExactString) -> Bool {
        name == policy.issuer || name == policy.tokenEndpoint || name == endpoint
            || policy.audienceAliases.contains(name) || isRoot(name, of: policy.issuer)
    }

    /// RFC 3986 §6.2.3: where the path is empty, `https://host` and `https://host/` are one URL. What keeps URLs as URLs writes the
    /// second.
    private static func isRoot(_ name: ExactString, of issuer: ExactString) -> Bool {
        guard name.text.utf8.last == UInt8(ascii: "/"), name.text.utf8.dropLast().elementsEqual(issuer.text.utf8) else {
            return false
        }
        let parts = issuer.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, ["https:", "http:"].contains(parts[0]), parts[1].isEmpty, !parts[2].isEmpty else {
            return false
        }
        return !parts[2].contains { $0 == "?" || $0 == "#" }
    }

    private static func wrong(_ found: Audience, _ policy: AssertionPolicy, _ endpoint: ExactString) -> Rejection {
        var accepted = [policy.issuer]
        var aliases = 0
        switch policy.audienceProfile {
        case .strict, .fapi: break
        case .compatible, .legacy:
            for name in [policy.tokenEndpoint, endpoint] where !accepted.contains(name) { accepted.append(name) }
            aliases = policy.audienceAliases.count
        }
        return .wrongAudience(found: found, accepted: accepted, aliases: aliases, profile: policy.audienceProfile)
    }
}
