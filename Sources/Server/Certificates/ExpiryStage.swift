/// A step at which operators are warned before a certificate expires (RFC 5280 §4.1.2.5), in days before its expiry.
package enum ExpiryStage: Int, Sendable, CaseIterable {
    case expired = 0
    case oneDay = 1
    case sevenDays = 7
    case thirtyDays = 30

    /// The step that a certificate has reached; `nil` if it expires in more than 30 days.
    package init?(_ certificate: CertificateFacts, at now: UnixTime) {
        let stage = Self.allCases.first { now + .seconds($0.rawValue * 86_400) > certificate.notAfter }
        guard let stage else { return nil }
        self = stage
    }
}
