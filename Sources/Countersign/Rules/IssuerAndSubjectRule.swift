/// Rule 8, RFC 7523 §3 (1) and (2): `iss` and `sub` are both the client identifier.
enum IssuerAndSubjectRule {
    static func check(_ claims: AssertionClaims) throws(Rejection) -> ClientID {
        let issuer = try claims.requiredString(.issuer)
        let subject = try claims.requiredString(.subject)
        guard issuer == subject else { throw .issuerSubjectMismatch(issuer: issuer, subject: subject) }
        return ClientID(subject)
    }
}
