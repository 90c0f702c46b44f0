import CountersignKeyFiles

extension KeyFileError {
    /// The message, with the command that does what its remedy says.
    var messageWithCommand: String {
        "\(file): \(problem). \(remedyWithCommand ?? remedy)"
    }

    private var remedyWithCommand: String? {
        let pkcs12 = "keytool -importkeystore -srckeystore FILE -destkeystore NEW.p12 -deststoretype PKCS12"
        return switch reason {
        case .privateKey, .privateKeyLine:
            "The server must never have it: give the public half, for example from "
                + "'openssl pkey -in FILE -pubout' or the .jwks.json file beside it."
        case .keyInStore(let kind):
            "Take the private key out: "
                + (kind == .pkcs12 ? "" : "'\(pkcs12.replacing("NEW.p12", with: "FILE.p12"))', then ")
                + "'openssl pkcs12 -in FILE.p12 -nocerts -noenc -out key.pem'."
        case .utf16: "Save it as UTF-8: 'iconv -f UTF-16 -t UTF-8 FILE > NEW'."
        case .encrypted: "Encrypt it as PKCS#8: 'openssl pkcs8 -topk8 -in FILE -out NEW.pem'."
        case .unsupported(let format): format.conversionCommand
        case .noKeyStore: "Give a key store made by 'keytool' or 'openssl pkcs12'."
        case .unsupportedPart(.private(.encrypted), _), .tooMuchWork(.private(.encrypted), _):
            "Encrypt it again: 'openssl pkcs8 -topk8 -iter 100000 -in FILE -out NEW.pem'."
        case .encryptedWithoutMAC, .unsupportedPart: "Write it again: '\(pkcs12)'."
        case .missingModule: "Install that, or write the file again: '\(pkcs12)'."
        case .tooMuchWork: "Write it again with fewer rounds: 'openssl pkcs12 -export -iter 10000'."
        default: nil
        }
    }
}

extension KeyFormat {
    fileprivate var conversionCommand: String? {
        switch self {
        case .keyStore(.pkcs12), .keyStore(.jks): "Import it: 'countersign keystore import FILE'."
        case .private(.openSSH):
            "Convert a copy: 'ssh-keygen -p -m PKCS8 -f COPY'. That leaves an Ed25519 key as it is: generate a new one. "
                + "'countersign keygen --alg EdDSA' does that."
        case .private(.puTTY): "Convert it: 'puttygen FILE -O private-openssh -o NEW.pem'."
        case .public, .private: nil
        case .keyStore(.jceks):
            "Convert it: 'keytool -importkeystore -srckeystore FILE -srcstoretype JCEKS "
                + "-destkeystore NEW.p12 -deststoretype PKCS12'."
        case .other(.openSSHPublicKey): "Convert it: 'ssh-keygen -e -m PKCS8 -f FILE' (not Ed25519)."
        case .other(.certificateRequest): "Give the certificate, or 'openssl req -in FILE -noout -pubkey'."
        case .other(.pkcs7): "Take the certificate out: 'openssl pkcs7 -in FILE -print_certs'."
        }
    }
}
