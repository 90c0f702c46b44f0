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
        let hasPrefix = equalsIgnoringCase(candidate.prefix(prefix.utf8CodeUnitCount), prefix)
        return equalsIgnoringCase(hasPrefix ? candidate.dropFirst(prefix.utf8CodeUnitCount) : candidate, expected)
    }

    private static func equalsIgnoringCase(_ candidate: Substring.UTF8View, _ lowercase: StaticString) -> Bool {
        guard candidate.count == lowercase.utf8CodeUnitCount else { return false }
        return lowercase.withUTF8Buffer { expected in
            zip(candidate, expected).allSatisfy { byte, wanted in
                (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) == wanted
            }
        }
    }
}
