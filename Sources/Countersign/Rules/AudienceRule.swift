/// Rule 17, RFC 7523 §3 (3): `aud` names this server, in the form that the profile accepts.
///
/// Simple string comparison (RFC 3986 §6.2.1): a trailing slash matters, except after an issuer without a path.
enum AudienceRule {
    static func check(
        _ assertion: ClientAssertion, _ policy: AssertionPolicy, _ audiences: AcceptedAudiences
    ) throws(Rejection) {
        let issuer = audiences.issuer
        guard let value = assertion.claims.object["aud"] else {
            throw .missingClaim(.audience, .absent, issuer: issuer)
        }
        guard let audience = Audience(value) else { throw .wrongClaimType(.audience, found: value) }
        let isAccepted =
            switch (policy.audienceProfile, audience) {
            case (.strict, .one(let name)), (.fapi, .one(let name)): name == issuer
            case (.strict, .many(let names)): names.count == 1 && names[0] == issuer
            case (.fapi, .many): false
            case (.compatible, .one(let name)), (.legacy, .one(let name)): accepts(name, policy, audiences)
            case (.compatible, .many(let names)): names.count == 1 && accepts(names[0], policy, audiences)
            case (.legacy, .many(let names)): names.contains { accepts($0, policy, audiences) }
            }
        guard isAccepted else { throw wrong(audience, policy, audiences) }
        if policy.requiresExplicitTyping, !TypeRule.isExplicit(assertion.jws.header.type) {
            throw .wrongType(found: assertion.jws.header.type, isRequired: true)
        }
    }

    private static func accepts(_ name: ExactString, _ policy: AssertionPolicy, _ audiences: AcceptedAudiences) -> Bool
    {
        name == audiences.issuer || audiences.endpoints.contains(name) || policy.audienceAliases.contains(name)
            || isRoot(name, of: audiences.issuer)
    }

    /// RFC 3986 §6.2.3: without a path, `https://host` and `https://host/` are the same URL, and URL types write the second.
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

    private static func wrong(
        _ found: Audience, _ policy: AssertionPolicy, _ audiences: AcceptedAudiences
    ) -> Rejection {
        var accepted = [audiences.issuer]
        var aliases = 0
        switch policy.audienceProfile {
        case .strict, .fapi: break
        case .compatible, .legacy:
            for name in audiences.endpoints where !accepted.contains(name) { accepted.append(name) }
            aliases = policy.audienceAliases.count
        }
        return .wrongAudience(found: found, accepted: accepted, aliases: aliases, profile: policy.audienceProfile)
    }
}
