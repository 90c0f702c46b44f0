/// Something of a server that ends at a known time: a certificate, a key, a secret or a token.
package struct Expiration: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The certificate of one of a client's own keys (RFC 5280 §4.1.2.5).
        case clientCertificate = "client_certificate"
        /// A client's own key that retires.
        case clientKey = "client_key"
        case keyStoreCertificate = "keystore_certificate"
        /// The certificate of a key that was seen at a client's `jwks_uri` (`x5c`, RFC 7517 §4.7).
        case keySetCertificate = "key_set_certificate"
        case clientSecret = "client_secret"
        /// An initial access token (RFC 7591 §3).
        case registrationToken = "registration_token"
        /// A signing key of the server that will no longer be published.
        case serverKey = "server_key"
        /// The certificate with which the server answers over TLS.
        case tlsCertificate = "tls_certificate"

        /// Whether an operator has planned the end, so that nothing has to be done.
        package var isPlanned: Bool {
            switch self {
            case .clientKey, .serverKey: true
            case .clientCertificate, .keyStoreCertificate, .keySetCertificate, .clientSecret, .registrationToken,
                .tlsCertificate:
                false
            }
        }
    }

    package let kind: Kind
    package let at: UnixTime
    /// Distinguishes it from others of its kind that end at the same time: a number, or a name.
    package let key: String
    /// A client that depends on it.
    package let client: ClientID?
    /// A `kid` or thumbprint, an alias, the name of a secret or a token, a host.
    package let name: ExactString
    /// The distinguished name in the certificate, or the note of a token.
    package let subject: String?
    /// The URL at which the key was seen.
    package let url: String?

    package init(
        _ kind: Kind, at: UnixTime, key: String, client: ClientID? = nil, name: ExactString, subject: String? = nil,
        url: String? = nil
    ) {
        (self.kind, self.at, self.key, self.client) = (kind, at, key, client)
        (self.name, self.subject, self.url) = (name, subject, url)
    }

    package var position: ExpiryPosition { ExpiryPosition(at: at, kind: kind, key: key) }
}

/// A place in the list of all that ends: by time, then by kind, then by key.
package struct ExpiryPosition: Sendable, Hashable {
    package let at: UnixTime
    package let kind: Expiration.Kind
    package let key: String

    package init(at: UnixTime, kind: Expiration.Kind, key: String) {
        (self.at, self.kind, self.key) = (at, kind, key)
    }

    package var text: String { "\(at.milliseconds).\(kind.rawValue).\(Base64URL.encode(Array(key.utf8)))" }

    /// - Returns: `nil` for anything that `text` would not have produced.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let at = Int64(parts[0]), let kind = Expiration.Kind(rawValue: parts[1]),
            let bytes = Base64URL.decode(parts[2]), let key = String(validating: bytes, as: UTF8.self)
        else { return nil }
        self.init(at: UnixTime(milliseconds: at), kind: kind, key: key)
        guard self.text == text else { return nil }
    }
}

extension Expiration.Kind {
    /// The place of the kind among those that end at the same time.
    package var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Which of all that ends is looked for.
package struct ExpiryFilter: Sendable, Equatable {
    /// The first moment.
    package var from: UnixTime
    /// The moment after the last one.
    package var until: UnixTime
    /// `nil` for every kind.
    package var kind: Expiration.Kind?
    /// All that this client depends on.
    package var client: ClientID?

    package init(
        from: UnixTime = .distantPast, until: UnixTime = .distantFuture, kind: Expiration.Kind? = nil,
        client: ClientID? = nil
    ) {
        (self.from, self.until, self.kind, self.client) = (from, until, kind, client)
    }
}

/// A certificate that was seen in a key set.
package struct PublishedCertificate: Sendable, Equatable {
    /// The most certificates of one set that are kept.
    package static let maximumCount = 20

    /// The `kid` of its key, or the thumbprint of the certificate.
    package let name: ExactString
    package let subject: String
    package let notAfter: UnixTime

    package init(name: ExactString, subject: String, notAfter: UnixTime) {
        (self.name, self.subject, self.notAfter) = (name, subject, notAfter)
    }
}

/// What the tables of one issuer know to end. Each kind is found by an index of its times.
package protocol ExpirationStore: Sendable {
    /// Returns a page, the next to end first. Keys of clients that are revoked are left out, and a certificate that a key does not live to
    /// see expire.
    ///
    /// - Parameter position: the last one of the page before.
    func page(
        _ filter: ExpiryFilter, after position: ExpiryPosition?, limit: Int
    ) async throws(StoreError) -> [Expiration]

    /// Counts what ends, up to a limit for each kind.
    func count(_ filter: ExpiryFilter, upTo limit: Int) async throws(StoreError) -> FoundCount

    /// Returns the certificates that were last seen at a URL.
    func certificates(at url: String) async throws(StoreError) -> [PublishedCertificate]
}
