/// Which key store entries are searched for. An empty filter finds all.
package struct KeyStoreFilter: Sendable, Hashable {
    package enum Validity: String, Sendable, CaseIterable {
        case expired
        /// Not expired, but within 30 days.
        case soon
    }

    /// Part of the alias, the subject or the SHA-256 fingerprint. Case is ignored; everything else must be equal.
    package var text = ""
    package var validity: Validity?
    /// Whether a client authenticates with the entry.
    package var isInForce: Bool?

    package init() {}

    /// The names of the parameters in a query.
    package enum Parameter: String, CaseIterable {
        case search, validity
        case isInForce = "in_force"
    }

    /// The filter as parameters of a query.
    package var parameters: [(String, String)] {
        let all: [(Parameter, String?)] = [
            (.search, text.isEmpty ? nil : text), (.validity, validity?.rawValue),
            (.isInForce, isInForce.map(String.init)),
        ]
        return all.compactMap { name, value in value.map { (name.rawValue, $0) } }
    }

    /// The times between which the certificates end.
    package func ends(at now: UnixTime) -> (from: UnixTime?, until: UnixTime?) {
        switch validity {
        case .expired: (nil, now)
        case .soon: (now, now + .seconds(30 * 86_400))
        case nil: (nil, nil)
        }
    }
}

extension KeyStoreEntry {
    /// The key of the entry in lists: they are in order of the end of the certificate, and then in byte order of the alias.
    package var position: String { "\(certificate.facts.notAfter.milliseconds) \(alias.text)" }
}

extension CertificateFacts {
    /// SHA-256 of the certificate, as `keytool` and `openssl x509 -fingerprint` print it.
    package var fingerprint: String { Self.fingerprint(thumbprintSHA256.text) }

    /// - Parameter thumbprint: in base64url.
    fileprivate static func fingerprint(_ thumbprint: String) -> String {
        let bytes = Base64URL.decode(thumbprint) ?? []
        return bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }
}

extension SearchKey {
    /// - Parameter thumbprintSHA256: in base64url.
    package static func ofKeyStoreEntry(_ alias: String, subject: String, thumbprintSHA256: String) -> String {
        // A subject may contain any character, but a column of text takes no NUL.
        of([alias, subject.replacing("\0", with: "\u{FFFD}"), CertificateFacts.fingerprint(thumbprintSHA256)])
    }
}
