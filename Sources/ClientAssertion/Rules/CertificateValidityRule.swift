/// Rule 16, RFC 5280 §4.1.2.5: a certificate the key came in is inside its validity.
enum CertificateValidityRule {
    static func check(_ key: ClientKey, _ policy: AssertionPolicy, at now: UnixTime) throws(Rejection) {
        guard let certificate = key.certificate else { return }
        switch policy.certificateValidity {
        case .warn: return
        case .enforce:
            guard certificate.notBefore <= now, now <= certificate.notAfter else {
                throw .certificateExpired(
                    subject: certificate.subject, notBefore: certificate.notBefore,
                    notAfter: certificate.notAfter, now: now)
            }
        }
    }
}
