/// A warning that a certificate in use has expired or soon will.
package struct CertificateNotice: Sendable, Equatable {
    package let client: ClientID
    package let place: Place
    package let certificate: CertificateFacts
    package let stage: ExpiryStage
    /// Whether a key whose certificate has expired is refused, by the client's setting or the server's.
    package let isEnforced: Bool
    /// Whether the client has another usable key whose certificate, if any, is valid for longer.
    package let hasSuccessor: Bool

    package enum Place: Sendable, Equatable {
        /// Among the client's own keys: its `kid`, or its RFC 7638 thumbprint.
        case ownKey(String)
        /// In the key store, under an alias.
        case keyStore(ExactString)
    }

    /// Whether requests are refused now because of the certificate.
    package var isOutage: Bool { stage == .expired && isEnforced && !hasSuccessor }

    /// Describes the problem in a sentence, without a remedy.
    package func text(at now: UnixTime) -> String {
        let holder =
            switch place {
            case .ownKey(let name): "key \(name) of the client \(client)"
            case .keyStore: "key store entry of the client \(client)"
            }
        let end = certificate.notAfter.text
        let outcome =
            if stage == .expired {
                isEnforced ? "expired on \(end), the key is refused" : "expired on \(end), the key is still accepted"
            } else {
                "expires in \((certificate.notAfter - now).text), on \(end)"
            }
        let successor = hasSuccessor ? "; the client has a key that is valid for longer" : ""
        return "The certificate \(certificate.subject) (\(holder)) \(outcome)\(successor)."
    }
}

extension ClientRegistration {
    /// Returns warnings about active keys whose certificates have expired or expire within 30 days. A key that is revoked or retired, or
    /// retires before its certificate expires, needs none.
    ///
    /// - Parameter serverValidity: the setting for clients without one of their own.
    package func certificateNotices(
        at now: UnixTime, serverValidity: AssertionPolicy.CertificateValidity
    ) -> [CertificateNotice] {
        guard client.isEnabled else { return [] }
        let validity = client.options.certificateValidity ?? serverValidity
        func notice(
            _ facts: CertificateFacts, _ place: CertificateNotice.Place, hasSuccessor: Bool
        ) -> CertificateNotice? {
            ExpiryStage(facts.notAfter, at: now).map {
                CertificateNotice(
                    client: client.id, place: place, certificate: facts, stage: $0, isEnforced: validity == .enforce,
                    hasSuccessor: hasSuccessor)
            }
        }
        switch keySource {
        case .own:
            let usable = keys.filter { $0.status.allowsUse(at: now) }
            return usable.compactMap { key in
                guard let facts = key.certificate?.facts else { return nil }
                if case .retiring(let end) = key.status, end <= facts.notAfter { return nil }
                let hasSuccessor = usable.contains { other in
                    guard other.number != key.number, case .active = other.status else { return false }
                    return other.certificate.map { now < $0.facts.notAfter && facts.notAfter < $0.facts.notAfter }
                        ?? true
                }
                return notice(
                    facts, .ownKey(key.jwk.keyID?.text ?? key.jwk.thumbprint), hasSuccessor: hasSuccessor)
            }
        case .keyStore(let alias):
            return [keyStoreEntry].compactMap {
                $0.flatMap { notice($0.certificate.facts, .keyStore(alias), hasSuccessor: false) }
            }
        case .keySet, .none: return []
        }
    }
}

/// A step at which operators are warned before something expires, in days before its expiry.
package enum ExpiryStage: Int, Sendable, CaseIterable {
    case expired = 0
    case oneDay = 1
    case sevenDays = 7
    case thirtyDays = 30

    /// The step that something has reached which ends at a time; `nil` if that is in more than 30 days.
    package init?(_ end: UnixTime, at now: UnixTime) {
        let stage = Self.allCases.first { now + $0.distance > end }
        guard let stage else { return nil }
        self = stage
    }

    /// The time before the end.
    package var distance: Duration { .seconds(rawValue * 86_400) }
}
