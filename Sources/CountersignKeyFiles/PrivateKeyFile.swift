import SwiftASN1

/// The one private key in a file: PEM or DER (PKCS#8, PKCS#1, SEC1), or a private JWK, recognised by its content.
///
/// PKCS#8 may be encrypted with a password.
public struct PrivateKeyFile: Sendable {
    /// The key, ready to sign.
    public let key: SigningKey
    /// The `kid` of a JWK (RFC 7517 §4.5).
    public let keyID: ExactString?
    /// The `alg` of a JWK (RFC 7517 §4.4).
    public let algorithm: SignatureAlgorithm?
    /// Whether the key was encrypted.
    public let hasPassword: Bool

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole content.
    ///   - name: the name of the file in errors.
    ///   - password: the password of an encrypted key, in UTF-8, without a line break.
    /// - Throws: `KeyFileError` unless there is exactly one private key, and it is usable; its reason is `.passwordNeeded` for an
    ///   encrypted key without a password.
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
        } catch .unsupported(.keyStore(let kind)) {
            throw KeyFileError(name, .keyInStore(kind))
        } catch {
            throw KeyFileError(name, error)
        }
    }

    private static func onlyKey(of set: JSONObject) throws(KeyFileError.Reason) -> JSONObject {
        guard case .array(let elements)? = set["keys"] else {
            throw .damaged(.public(.jwkSet), detail: "keys is not an array")
        }
        guard elements.count == 1, case .object(let jwk) = elements[0] else {
            throw elements.isEmpty ? .noKeys : .severalPrivateKeys(elements.count)
        }
        return jwk.withoutNullMembers
    }

    private static func key(_ jwk: JSONObject) throws(KeyFileError.Reason) -> SigningKey {
        // RFC 7518 §6.2.2, §6.3.2, RFC 8037 §2: `d`; `priv` in keys of type AKP.
        guard jwk["d"] != nil || jwk["priv"] != nil || jwk["k"] != nil else { throw .noPrivateKey(.public(.jwk)) }
        return try KeyFileError.Reason.mapping { () throws(KeyError) in try SigningKey(privateJWK: jwk) }
    }

    private static func key(
        _ parts: [KeyFileContent.Part], _ password: [UInt8]?
    ) throws(KeyFileError.Reason) -> (SigningKey, hasPassword: Bool) {
        let secret: [(kind: KeyFormat.PrivateKind, der: [UInt8])] = parts.compactMap { part in
            if case .private(let kind) = part.format { (kind, part.der) } else { nil }
        }
        guard let part = secret.first else {
            switch parts.first?.format {
            case nil: throw .noKeys
            case .public?, .other(.certificateRequest)?: throw .noPrivateKey(parts[0].format)
            case .private(_)?, .keyStore(_)?, .other(_)?: throw .unsupported(parts[0].format)
            }
        }
        guard secret.count == 1 else { throw .severalPrivateKeys(secret.count) }
        switch part.kind {
        case .pkcs8, .pkcs1, .sec1: return (try signingKey(part.der), false)
        case .encrypted:
            guard !part.der.isEmpty else { throw .encrypted }
            let encrypted = try EncryptedPrivateKey(part.der)
            guard let password else { throw .passwordNeeded(.private(.encrypted)) }
            return (try encrypted.withKey(try KeyStorePassword(password), signingKey), true)
        case .jwk, .openSSH, .puTTY: throw .unsupported(.private(part.kind))
        }
    }

    private static func signingKey(_ pkcs8: [UInt8]) throws(KeyFileError.Reason) -> SigningKey {
        try KeyFileError.Reason.mapping { () throws(KeyError) in try SigningKey(pkcs8: pkcs8) }
    }
}

extension SigningKey {
    /// The private key in PEM (PKCS#8: RFC 5958 §2, RFC 7468 §10), without a line break at the end.
    public var pem: String {
        PEMDocument(type: "PRIVATE KEY", derBytes: pkcs8).pemString
    }
}
