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

extension VerificationKey {
    /// The key's type, its size for RSA, and the algorithms if its algorithm identifier restricts them.
    var summary: String {
        guard type == .rsa else { return type.description }
        let own = SignatureAlgorithm.allCases.filter(fits)
        let limit = own.contains(.rs256) ? "" : " (\(own.map(\.name).joined(separator: ", ")) only)"
        return "RSA \(sizeInBits)\(limit)"
    }
}
