/// Rule 16, RFC 5280 §4.1.2.5: a certificate the key came in is inside its validity.
enum CertificateValidityRule {
    /// - Returns: why the certificate would be refused, where the policy only warns of it.
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
