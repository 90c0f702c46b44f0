import Countersign
import CountersignJOSE
import Store

/// That a certificate in use has run out, or soon will: whose it is, and how grave that is.
package struct CertificateNotice: Sendable, Equatable {
    /// Whose key it certifies.
    package let client: ClientID
    /// Where it is kept.
    package let place: Place
    /// The certificate.
    package let certificate: CertificateFacts
    /// How near its end it is.
    package let expiry: CertificateExpiry
    /// Whether a key whose certificate has run out is refused, by the client's own word or the server's.
    package let isEnforced: Bool
    /// Whether the client has another key that can be used and whose certificate, if it has one, holds for longer.
    package let hasSuccessor: Bool

    /// Where a certificate is kept.
    package enum Place: Sendable, Equatable {
        /// Among the client's own keys: its `kid`, or its RFC 7638 thumbprint.
        case ownKey(String)
        /// In the key store, under an alias.
        case keyStore(ExactString)
    }

    /// Whether requests are refused now on its account.
    package var isOutage: Bool { expiry == .expired && isEnforced && !hasSuccessor }

    /// What is the matter, as a sentence without what to do.
    package func text(at now: UnixTime) -> String {
        let holder =
            switch place {
            case .ownKey(let name): "key \(name) of the client \(client)"
            case .keyStore: "key store entry of the client \(client)"
            }
        let end = certificate.notAfter.text
        let fate =
            if expiry == .expired {
                isEnforced ? "ran out on \(end), the key is refused" : "ran out on \(end), the key is still accepted"
            } else {
                "runs out in \((certificate.notAfter - now).text), on \(end)"
            }
        let successor = hasSuccessor ? "; the client has a key that holds for longer" : ""
        return "The certificate \(certificate.subject) (\(holder)) \(fate)\(successor)."
    }

    /// What to do, as a command.
    package var remedy: String {
        switch place {
        case .ownKey(let name):
            hasSuccessor
                ? "countersign client edit \(client) --remove-key \(name)"
                : "countersign client edit \(client) --certificate FILE"
        case .keyStore(let alias): "countersign keystore import FILE --alias \(alias) --replace"
        }
    }
}

extension ClientRegistration {
    /// The certificates among the keys in force that have run out at `now`, or run out within 30 days. A key that is revoked, has
    /// retired, or retires before its certificate runs out needs no notice.
    ///
    /// - Parameter serverValidity: the server's answer for clients without one of their own.
    package func certificateNotices(
        at now: UnixTime, serverValidity: AssertionPolicy.CertificateValidity
    ) -> [CertificateNotice] {
        guard client.isEnabled else { return [] }
        let validity = client.options.certificateValidity ?? serverValidity
        func notice(
            _ facts: CertificateFacts, _ place: CertificateNotice.Place, hasSuccessor: Bool
        ) -> CertificateNotice? {
            CertificateExpiry(facts, at: now).map {
                CertificateNotice(
                    client: client.id, place: place, certificate: facts, expiry: $0, isEnforced: validity == .enforce,
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
            return keyStoreEntry.flatMap {
                notice($0.certificate.facts, .keyStore(alias), hasSuccessor: false)
            }.map { [$0] } ?? []
        case .keySet, .none: return []
        }
    }
}
