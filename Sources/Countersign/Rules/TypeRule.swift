/// Rule 6, RFC 8725 §3.11: `typ` is absent, `JWT` or `client-authentication+jwt` (draft-ietf-oauth-rfc7523bis).
///
/// ID tokens, request objects, DPoP proofs and access tokens are therefore never accepted as assertions.
enum TypeRule {
    static func check(_ type: ExactString?) throws(Rejection) {
        guard let type else { return }
        guard isMediaType(type, "jwt") || isExplicit(type) else { throw .wrongType(found: type, isRequired: false) }
    }

    static func isExplicit(_ type: ExactString?) -> Bool {
        type.map { isMediaType($0, "client-authentication+jwt") } ?? false
    }

    /// RFC 7515 §4.1.9: the comparison ignores case; `application/` may be omitted.
    private static func isMediaType(_ type: ExactString, _ expected: StaticString) -> Bool {
        let prefix: StaticString = "application/"
        let candidate = type.text.utf8[...]
        let hasPrefix = candidate.prefix(prefix.utf8CodeUnitCount).equalsIgnoringCase(prefix)
        return (hasPrefix ? candidate.dropFirst(prefix.utf8CodeUnitCount) : candidate).equalsIgnoringCase(expected)
    }
}
