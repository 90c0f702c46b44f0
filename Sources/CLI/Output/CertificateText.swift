import Server

extension CertificateFacts {
    func summary(at now: UnixTime) -> String {
        let end = expiryNote(at: now).map { ", \($0)" } ?? ""
        return "certificate \(subject), valid \(notBefore.text) to \(notAfter.text)\(end)"
    }

    /// Describes a certificate that is outside its validity period or close to expiry; returns `nil` for any other.
    func expiryNote(at now: UnixTime) -> String? {
        if now < notBefore { return "not yet valid" }
        return switch ExpiryStage(notAfter, at: now) {
        case .expired: "expired"
        case .oneDay, .sevenDays, .thirtyDays: "expires in \((notAfter - now).text)"
        case nil: nil
        }
    }
}
