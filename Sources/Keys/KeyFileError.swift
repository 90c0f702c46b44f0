import CountersignJOSE

/// Why a file gave no key: which file, what was found in it, and what to do.
public struct KeyFileError: Error, Sendable, Equatable {
    /// The file as it was named by the person who gave it.
    public let file: String
    /// What was found.
    public let reason: Reason

    /// What is the matter with a file.
    public enum Reason: Error, Sendable, Equatable {
        case empty
        /// Bytes allowed at most.
        case tooLong(limit: Int)
        case notRecognised
        /// It ends too early or holds what its format does not allow.
        case damaged(KeyFormat?, detail: String)
        /// A private key where a public one is expected.
        case privateKey(KeyFormat)
        /// A public key where a private one is expected.
        case noPrivateKey(KeyFormat)
        /// Not to be read without a password.
        case encrypted
        /// A format that has to be converted first.
        case unsupported(KeyFormat)
        /// Keys allowed at most.
        case tooManyKeys(limit: Int)
        case noKeys
        /// More private keys than the one that signs.
        case severalPrivateKeys(Int)
        /// A key that is weak, symmetric, of an unknown kind, or not well-formed.
        case refused(KeyError)
    }

    init(_ file: String, _ reason: Reason) {
        self.file = file
        self.reason = reason
    }

    /// What was found, as a phrase.
    public var found: String {
        switch reason {
        case .empty: "it is empty"
        case .tooLong(let limit): "it is longer than \(limit / 1024) KiB"
        case .notRecognised: "it is no key in PEM, DER or JSON (JWK, JWK Set)"
        case .damaged(let format?, let detail): "it looks like \(format.rawValue), but \(detail)"
        case .damaged(nil, let detail): detail
        case .privateKey(let format), .noPrivateKey(let format), .unsupported(let format): "it holds \(format.rawValue)"
        case .encrypted: "it holds a private key that is encrypted with a password"
        case .tooManyKeys(let limit): "it holds more than \(limit) keys"
        case .noKeys: "it holds no key that can be used"
        case .severalPrivateKeys(let count): "it holds \(count) private keys"
        case .refused(let error): error.explanation
        }
    }

    /// What to do, as a sentence.
    public var remedy: String {
        switch reason {
        case .empty, .notRecognised, .noKeys:
            "Give a public key, a certificate, a JWK or a JWK Set."
        case .tooLong, .tooManyKeys: "Give a file with the keys of this client only."
        case .damaged: "Export the key once more."
        case .privateKey:
            "The server must never have it: give the public half, for example from "
                + "'openssl pkey -in FILE -pubout' or the .jwks.json file beside it."
        case .noPrivateKey: "Give the private key: a PEM or DER file, or a private JWK."
        case .encrypted: "Remove the password first: 'openssl pkey -in FILE -out decrypted.pem'."
        case .unsupported(let format): format.conversion
        case .severalPrivateKeys: "Give a file with the one key that signs."
        case .refused: "Give an RSA key of 2048 to 8192 bits, or one on P-256, P-384, P-521 or Ed25519."
        }
    }

    /// All of it in one line.
    public var line: String { "\(file): \(found). \(remedy)" }
}

extension KeyFormat {
    /// How to make a readable format out of this one.
    fileprivate var conversion: String {
        switch self {
        case .openSSHPrivateKey: "Convert a copy: 'ssh-keygen -p -m PKCS8 -f COPY'."
        case .openSSHPublicKey: "Convert it: 'ssh-keygen -e -m PKCS8 -f FILE'."
        case .pkcs12: "Take the certificate out: 'openssl pkcs12 -in FILE -clcerts -nokeys'."
        case .javaKeyStore: "Take the certificate out: 'keytool -exportcert -rfc -alias NAME -keystore FILE'."
        case .certificateRequest: "Give the certificate, or 'openssl req -in FILE -noout -pubkey'."
        case .pkcs7: "Take the certificate out: 'openssl pkcs7 -in FILE -print_certs'."
        case .publicKey, .rsaPublicKey, .certificate, .jwk, .jwkSet, .privateKey, .rsaPrivateKey, .ecPrivateKey,
            .privateJWK, .encryptedPrivateKey:
            "Convert it to PEM."
        }
    }
}
