/// What a file holds, told from its content alone: names and endings of files say little.
public enum KeyFormat: String, Sendable, CaseIterable {
    /// RFC 5280 §4.1.2.7.
    case publicKey = "a public key"
    /// RFC 8017 appendix A.1.1.
    case rsaPublicKey = "an RSA public key (PKCS#1)"
    /// RFC 5280 §4.1.
    case certificate = "an X.509 certificate"
    /// RFC 7517 §4.
    case jwk = "a JWK"
    /// RFC 7517 §5.
    case jwkSet = "a JWK Set"
    /// RFC 5958 §2.
    case privateKey = "a private key (PKCS#8)"
    /// RFC 8017 appendix A.1.2.
    case rsaPrivateKey = "an RSA private key (PKCS#1)"
    /// RFC 5915 §3.
    case ecPrivateKey = "an EC private key (SEC1)"
    /// RFC 7517 §9.3, RFC 8037 §2.
    case privateJWK = "a private JWK"
    /// RFC 5958 §3, or the encryption of RFC 1421.
    case encryptedPrivateKey = "an encrypted private key"
    /// What `ssh-keygen` writes.
    case openSSHPrivateKey = "an OpenSSH private key"
    /// What `puttygen` writes.
    case puttyPrivateKey = "a PuTTY private key"
    /// What stands in `authorized_keys` (RFC 4253 §6.6).
    case openSSHPublicKey = "an OpenSSH public key"
    /// RFC 7292 §4.
    case pkcs12 = "a PKCS#12 key store"
    /// Java's own, JKS.
    case javaKeyStore = "a Java key store (JKS)"
    /// What Java's cryptography extension writes, JCEKS.
    case javaCryptoKeyStore = "a Java key store of the kind JCEKS"
    /// RFC 2986 §4.
    case certificateRequest = "a certificate request"
    /// RFC 5652 §5.
    case pkcs7 = "a PKCS#7 bundle"

    /// Whether a private key is, or may be, inside.
    var isPrivate: Bool {
        switch self {
        case .privateKey, .rsaPrivateKey, .ecPrivateKey, .privateJWK, .encryptedPrivateKey, .openSSHPrivateKey,
            .puttyPrivateKey:
            true
        case .publicKey, .rsaPublicKey, .certificate, .jwk, .jwkSet, .openSSHPublicKey, .pkcs12, .javaKeyStore,
            .javaCryptoKeyStore, .certificateRequest, .pkcs7:
            false
        }
    }

    /// Whether it holds entries under names, behind a password.
    var isKeyStore: Bool {
        switch self {
        case .pkcs12, .javaKeyStore, .javaCryptoKeyStore: true
        case .publicKey, .rsaPublicKey, .certificate, .jwk, .jwkSet, .privateKey, .rsaPrivateKey, .ecPrivateKey,
            .privateJWK, .encryptedPrivateKey, .openSSHPrivateKey, .puttyPrivateKey, .openSSHPublicKey,
            .certificateRequest, .pkcs7:
            false
        }
    }
}
