/// Rule 16, RFC 5280 §4.1.2.5: the key's certificate, if it has one, is within its validity.
enum CertificateValidityRule {
    /// - Returns: the failure, if the policy only warns about it.
    static func check(
        _ key: ClientKey, _ policy: AssertionPolicy, at now: UnixTime
    ) throws(Rejection) -> Rejection? {
        guard let certificate = key.certificate, now < certificate.notBefore || certificate.notAfter < now else {
            return nil
        }
        let rejection = Rejection.certificateExpired(
            subject: certificate.subject, notBefore: certificate.notBefore, notAfter: certificate.notAfter, now: now)
        switch policy.certificateValidity {
        case .warn: return rejection
        case .enforce: throw rejection
        }
    }
}
