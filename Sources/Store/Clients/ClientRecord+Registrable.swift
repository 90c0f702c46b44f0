extension ClientRecord {
    /// Whether an engine can keep the record and give it back unchanged.
    ///
    /// - Throws: `invalid` for an identifier that cannot be registered, control characters in the texts for people, a scope
    ///   token with a character that RFC 6749 §3.3 does not allow, or a `jwks_uri` that is too long.
    package func requireRegistrable() throws(StoreError) {
        guard id.isRegistrable else {
            throw .invalid("A client_id has 1 to 255 bytes and no control characters")
        }
        guard [name, description].allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .invalid("The name or the description has a NUL character")
        }
        guard scopes.allSatisfy({ Self.isScopeToken($0.utf8) }) else {
            throw .invalid("A scope is empty or has a character that RFC 6749 section 3.3 does not allow")
        }
        if let keySetURL { try RemoteKeySetRecord.requireStorable(url: keySetURL) }
    }

    /// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ).
    package static func isScopeToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}
