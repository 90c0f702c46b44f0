import CountersignJOSE

/// The one private key in a file: PEM or DER (PKCS#8, PKCS#1, SEC1), or a private JWK, recognised by its content.
///
/// PKCS#8 may be encrypted under a password.
public struct PrivateKeyFile: Sendable {
    /// The key, ready to sign.
    public let key: SigningKey
    /// The `kid` of a JWK (RFC 7517 §4.5).
    public let keyID: ExactString?
    /// The `alg` of a JWK (RFC 7517 §4.4).
    public let algorithm: SignatureAlgorithm?
    /// Whether the file opens with a password only.
    public let hasPassword: Bool

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the file as errors shall name it.
    ///   - password: in UTF-8, without a line break. It is used where the key is encrypted; `nil` where there is none.
    /// - Throws: `KeyFileError` where there is no private key, more than one, or one that cannot be used; its reason is
    ///   `.passwordNeeded` for an encrypted key without a password.
    public init(_ bytes: [UInt8], name: String, password: [UInt8]? = nil) throws(KeyFileError) {
        do throws(KeyFileError.Reason) {
            switch try KeyFileContent(bytes, refusesPrivateKeys: false) {
            case .json(let object, let isSet):
                let jwk = isSet ? try Self.onlyKey(of: object) : object
                guard jwk["kty"] != nil else { throw KeyFileError.Reason.notRecognised }
                key = try Self.key(jwk)
                keyID = jwk.string("kid")
                algorithm = jwk.string("alg").flatMap { SignatureAlgorithm(name: $0) }
                hasPassword = false
            case .der(let parts):
                (key, hasPassword) = try Self.key(parts, password)
                keyID = nil
                algorithm = nil
            }
        } catch .unsupported(let format) where format.isKeyStore {
            throw KeyFileError(name, .keyInStore(format))
        } catch {
            throw KeyFileError(name, error)
        }
    }

    private static func onlyKey(of set: JSONObject) throws(KeyFileError.Reason) -> JSONObject {
        guard case .array(let elements)? = set["keys"] else { throw .damaged(.jwkSet, detail: "keys is no array") }
        guard elements.count == 1, case .object(let jwk) = elements[0] else {
            throw elements.isEmpty ? .noKeys : .severalPrivateKeys(elements.count)
        }
        return jwk.withoutNullMembers
    }

    private static func key(_ jwk: JSONObject) throws(KeyFileError.Reason) -> SigningKey {
        // RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2: `d`; `priv` in keys of type AKP.
        guard jwk["d"] != nil || jwk["priv"] != nil || jwk["k"] != nil else { throw .noPrivateKey(.jwk) }
        do {
            return try SigningKey(privateJWK: jwk)
        } catch {
            throw .refused(error)
        }
    }

    private static func key(
        _ parts: [KeyFileContent.Part], _ password: [UInt8]?
    ) throws(KeyFileError.Reason) -> (SigningKey, hasPassword: Bool) {
        let secret = parts.filter(\.format.isPrivate)
        guard let part = secret.first else {
            guard let other = parts.first?.format else { throw .noKeys }
            switch other {
            case .publicKey, .rsaPublicKey, .certificate, .certificateRequest, .jwk, .jwkSet:
                throw .noPrivateKey(other)
            case .openSSHPublicKey, .pkcs12, .javaKeyStore, .javaCryptoKeyStore, .pkcs7, .privateKey, .rsaPrivateKey,
                .ecPrivateKey, .privateJWK, .encryptedPrivateKey, .openSSHPrivateKey, .puttyPrivateKey:
                throw .unsupported(other)
            }
        }
        guard secret.count == 1 else { throw .severalPrivateKeys(secret.count) }
        switch part.format {
        case .privateKey, .rsaPrivateKey, .ecPrivateKey: return (try signingKey(part.der), false)
        case .encryptedPrivateKey:
            guard !part.der.isEmpty else { throw .encrypted }
            let encrypted = try EncryptedPrivateKey(part.der)
            guard let password else { throw .passwordNeeded(.encryptedPrivateKey) }
            return (try encrypted.withKey(try KeyStorePassword(password), signingKey), true)
        case .openSSHPrivateKey, .puttyPrivateKey, .publicKey, .rsaPublicKey, .certificate, .jwk, .jwkSet, .privateJWK,
            .openSSHPublicKey, .pkcs12, .javaKeyStore, .javaCryptoKeyStore, .certificateRequest, .pkcs7:
            throw .unsupported(part.format)
        }
    }

    private static func signingKey(_ pkcs8: [UInt8]) throws(KeyFileError.Reason) -> SigningKey {
        do {
            return try SigningKey(pkcs8: pkcs8)
        } catch {
            throw .refused(error)
        }
    }
}
