/// A step at which operators are warned before a certificate expires (RFC 5280 §4.1.2.5).
package enum CertificateExpiry: Sendable, Equatable, CaseIterable {
    case expired
    case oneDay
    case sevenDays
    case thirtyDays

    /// The step that a certificate has reached; `nil` if it expires in more than 30 days.
    package init?(_ certificate: CertificateFacts, at now: UnixTime) {
        let step = Self.allCases.first { now + $0.notice > certificate.notAfter }
        guard let step else { return nil }
        self = step
    }

    /// How long before the expiry the step begins.
    package var notice: Duration {
        switch self {
        case .expired: .zero
        case .oneDay: .seconds(86_400)
        case .sevenDays: .seconds(7 * 86_400)
        case .thirtyDays: .seconds(30 * 86_400)
        }
    }
}
