import CountersignJOSE

/// The one private key in a file: PEM or DER (PKCS#8, PKCS#1, SEC1), or a private JWK, recognised by its content.
public struct PrivateKeyFile: Sendable {
    /// The key, ready to sign.
    public let key: SigningKey
    /// The `kid` of a JWK (RFC 7517 §4.5).
    public let keyID: ExactString?
    /// The `alg` of a JWK (RFC 7517 §4.4).
    public let algorithm: SignatureAlgorithm?

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the file as errors shall name it.
    /// - Throws: `KeyFileError` where there is no private key, more than one, or one that cannot be used.
    public init(_ bytes: [UInt8], name: String) throws(KeyFileError) {
        do throws(KeyFileError.Reason) {
            switch try KeyFileContent(bytes) {
            case .json(let object, let isSet):
                let jwk = isSet ? try Self.onlyKey(of: object) : object
                guard jwk["kty"] != nil else { throw KeyFileError.Reason.notRecognised }
                key = try Self.key(jwk)
                keyID = jwk.string("kid")
                algorithm = jwk.string("alg").flatMap { SignatureAlgorithm(name: $0) }
            case .der(let parts):
                key = try Self.key(parts)
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

    private static func key(_ parts: [KeyFileContent.Part]) throws(KeyFileError.Reason) -> SigningKey {
        let secret = parts.filter(\.format.isPrivate)
        guard let part = secret.first else {
            guard let other = parts.first?.format else { throw .noKeys }
            switch other {
            case .publicKey, .rsaPublicKey, .certificate, .certificateRequest, .jwk, .jwkSet:
                throw .noPrivateKey(other)
            case .openSSHPublicKey, .pkcs12, .javaKeyStore, .javaCryptoKeyStore, .pkcs7, .privateKey, .rsaPrivateKey,
                .ecPrivateKey,
                .privateJWK, .encryptedPrivateKey, .openSSHPrivateKey:
                throw .unsupported(other)
            }
        }
        guard secret.count == 1 else { throw .severalPrivateKeys(secret.count) }
        switch part.format {
        case .privateKey, .rsaPrivateKey, .ecPrivateKey: break
        case .encryptedPrivateKey: throw .encrypted
        case .openSSHPrivateKey, .publicKey, .rsaPublicKey, .certificate, .jwk, .jwkSet, .privateJWK,
            .openSSHPublicKey, .pkcs12, .javaKeyStore, .javaCryptoKeyStore, .certificateRequest, .pkcs7:
            throw .unsupported(part.format)
        }
        do {
            return try SigningKey(pkcs8: part.der)
        } catch {
            throw .refused(error)
        }
    }
}
