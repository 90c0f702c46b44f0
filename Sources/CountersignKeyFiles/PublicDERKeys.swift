extension KeyFile {
    /// Reads the public keys in DER structures.
    static func keys(in parts: [KeyFileContent.Part]) throws(KeyFileError.Reason) -> ([ImportedKey], notes: [String]) {
        // First, a private key anywhere in the file refuses it.
        for part in parts {
            if case .private(let kind) = part.format { throw .privateKey(kind) }
        }

        var keys: [ImportedKey] = []
        var certificates = 0
        for part in parts {
            // The limit is checked here as well, to bound the work.
            guard keys.count <= maximumKeys else { throw .tooManyKeys(limit: maximumKeys) }
            switch part.format {
            case .public(.spki):
                keys.append(try bare { () throws(KeyError) in try VerificationKey(spki: part.der) })
            case .public(.pkcs1):
                keys.append(try bare { () throws(KeyError) in try VerificationKey(pkcs1: part.der) })
            case .public(.certificate):
                certificates += 1
                if certificates == 1 { keys.append(try ImportedKey(certificate: part.der)) }
            case .public(.jwk), .public(.jwkSet), .private, .keyStore, .other:
                throw .unsupported(part.format)
            }
        }
        guard certificates > 1 else { return (keys, []) }
        let note = "It contains \(certificates) certificates. The key is that of the first; the others are skipped."
        return (keys, [note])
    }

    private static func bare(_ read: () throws(KeyError) -> VerificationKey) throws(KeyFileError.Reason) -> ImportedKey
    {
        ImportedKey(jwk: JWK(key: try KeyFileError.Reason.mapping(read)))
    }
}
