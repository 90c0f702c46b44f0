import Countersign
import CountersignJOSE

/// A certificate in the server's key store. It serves the client whose identifier is its alias, where nothing else does.
package struct KeyStoreEntry: Sendable {
    /// What the certificate is kept under, compared as bytes.
    package let alias: ExactString
    /// The certificate.
    package let certificate: KeyCertificate
    /// The key in it, and the restrictions on its use.
    package let jwk: JWK
    /// Whether it came from a Java key store, where aliases have no case: then it serves the one client whose identifier equals the
    /// alias without regard to ASCII case. Any other entry is compared byte for byte.
    package let isFromJava: Bool
    /// When it was put in.
    package let addedAt: UnixTime

    /// Makes an entry.
    package init(
        alias: ExactString, certificate: KeyCertificate, jwk: JWK, isFromJava: Bool = false, addedAt: UnixTime
    ) {
        self.alias = alias
        self.certificate = certificate
        self.jwk = jwk
        self.isFromJava = isFromJava
        self.addedAt = addedAt
    }

    /// The key as the verifier wants it.
    package var clientKey: ClientKey { ClientKey(jwk, certificate: certificate.facts) }

    /// Whether an engine can keep the entry: its alias is one that a client could have as its identifier.
    ///
    /// - Throws: `invalid`.
    package func requireStorable() throws(StoreError) {
        guard ClientID(alias).isRegistrable else {
            throw .invalid("An alias has 1 to 255 bytes and no control characters")
        }
    }
}

/// What became of an entry that was put into the key store.
package enum KeyStorePut: Sendable, Equatable {
    /// There was none of that alias.
    case added
    /// The alias has that certificate already; nothing was written.
    case unchanged
    /// The alias has that certificate already, and is now known to come from a Java key store.
    case recognised
    /// The alias had another certificate.
    case replaced
}
