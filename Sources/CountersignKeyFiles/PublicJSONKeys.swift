extension KeyFile {
    /// Reads a public key from a JWK (RFC 7517 §4).
    static func key(_ object: JSONObject) throws(KeyFileError.Reason) -> ImportedKey {
        guard object["kty"] != nil else { throw .notRecognised }
        do {
            return ImportedKey(jwk: try JWK(object))
        } catch {
            throw reason(error)
        }
    }

    /// Reads the public keys in a JWK Set (RFC 7517 §5): an unusable key is skipped; a private key refuses the set.
    static func keys(inSet bytes: [UInt8]) throws(KeyFileError.Reason) -> ([ImportedKey], notes: [String]) {
        let set: JWKSet
        do {
            set = try JWKSet(parsing: bytes)
        } catch {
            throw reason(error)
        }
        var notes: [String] = []
        for refused in set.refused {
            if case .privateKey(let kind) = reason(refused.reason) { throw .privateKey(kind) }
            notes.append("Key \(refused.index + 1) of the set is skipped: \(refused.reason.phrase).")
        }
        if set.keys.isEmpty, let first = set.refused.first { throw .refused(first.reason) }
        return (set.keys.map { ImportedKey(jwk: $0) }, notes)
    }

    private static func reason(_ error: KeyError) -> KeyFileError.Reason {
        if case .privateMaterial = error { return .privateKey(.jwk) }
        return .refused(error)
    }
}
