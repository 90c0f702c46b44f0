/// A reader of public keys from a JWK or a JWK Set (RFC 7517).
enum PublicJSONKeys {
    static func read(
        _ object: JSONObject, _ bytes: [UInt8], isSet: Bool
    ) throws(KeyFileError.Reason) -> (keys: [ImportedKey], notes: [String]) {
        isSet ? try set(bytes) : ([try single(object)], [])
    }

    private static func single(_ object: JSONObject) throws(KeyFileError.Reason) -> ImportedKey {
        guard object["kty"] != nil else { throw .notRecognised }
        do {
            return ImportedKey(jwk: try JWK(object))
        } catch {
            throw reason(error)
        }
    }

    /// RFC 7517 §5: an unusable key is skipped. A private key refuses the set.
    private static func set(_ bytes: [UInt8]) throws(KeyFileError.Reason) -> (keys: [ImportedKey], notes: [String]) {
        let set: JWKSet
        do {
            set = try JWKSet(parsing: bytes)
        } catch {
            throw reason(error)
        }
        var notes: [String] = []
        for refused in set.refused {
            if case .privateKey(let kind) = reason(refused.reason) { throw .privateKey(kind) }
            notes.append("Key \(refused.index + 1) of the set is left aside: \(refused.reason.phrase).")
        }
        if set.keys.isEmpty, let first = set.refused.first { throw .refused(first.reason) }
        return (set.keys.map { ImportedKey(jwk: $0) }, notes)
    }

    private static func reason(_ error: KeyError) -> KeyFileError.Reason {
        if case .privateMaterial = error { return .privateKey(.jwk) }
        return .refused(error)
    }
}
