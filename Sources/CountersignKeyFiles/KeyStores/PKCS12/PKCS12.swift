/// PKCS#12 key stores (RFC 7292), as written by `keytool` since Java 9, by `openssl pkcs12`, and by older tools.
///
/// The structure is parsed in Swift; libcrypto receives salts, counts and encrypted bytes, and no structure to parse. The cost of all key
/// derivations is summed before the first one. Private keys stay encrypted.
enum PKCS12 {
    /// The limit of rounds of all derivations together: about two seconds of work. Ordinary files need 20,000 to 600,000.
    static let maximumRounds = 5_000_000

    /// - Throws: the reason for refusing the file. No certificate is taken before the integrity check, except from a store that is neither
    ///   encrypted nor protected, if no password is given: it is equivalent to a certificate file. With a password it is refused, so that
    ///   the removal of an integrity check does not go unnoticed.
    static func read(_ bytes: [UInt8], _ password: KeyStorePassword?) throws(KeyFileError.Reason) -> KeyStoreContent {
        let store = try PKCS12Store(bytes)
        guard let integrity = store.integrity else {
            let content = try unprotected(store)
            guard password == nil else { throw .missingMAC(.pkcs12) }
            return content
        }
        guard let password else { throw .passwordNeeded(.keyStore(.pkcs12)) }
        let encryptions = store.safes.compactMap(\.encryption)
        // Both encodings of an empty password are tried.
        let rounds = encryptions.reduce(integrity.rounds * password.bmpForms.count) { $0 + $1.rounds }
        guard rounds <= maximumRounds else { throw .tooManyRounds }

        let library = try Libcrypto(withLegacyCiphers: encryptions.contains(where: \.cipher.isLegacy))
        let proved = try integrity.matchingPassword(for: store.authenticated, password, library)
        var bags = SafeBags()
        for safe in store.safes {
            switch safe {
            case .plain(let contents):
                try bags.add(contents)
            case .encrypted(let encryption, let ciphertext):
                guard var contents = try encryption.decrypt(ciphertext, proved, library) else {
                    throw .damagedPKCS12("its encrypted parts have another password than the store")
                }
                // Overwrites an unencrypted private key that may be among the certificates.
                defer { Libcrypto.overwrite(&contents) }
                try bags.add(contents)
            }
        }
        return bags.content
    }

    private static func unprotected(_ store: PKCS12Store) throws(KeyFileError.Reason) -> KeyStoreContent {
        var bags = SafeBags()
        for safe in store.safes {
            guard case .plain(let contents) = safe else { throw .encryptedWithoutMAC(.pkcs12) }
            try bags.add(contents)
        }
        var content = bags.content
        content.notes.append("It has no integrity check (MAC): it is taken as a certificate file would be.")
        return content
    }
}
