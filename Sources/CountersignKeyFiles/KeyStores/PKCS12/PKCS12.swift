/// PKCS#12 key stores (RFC 7292): what `keytool` writes since Java 9, what `openssl pkcs12` writes, and older ones.
///
/// The structure is read here, in Swift; libcrypto is given salts, counts and encrypted bytes, and no structure to parse. What
/// a password costs is added up before any of it is spent. Private keys stay encrypted.
enum PKCS12 {
    /// Rounds of all derivations together: two seconds of work, where an honest file asks for 20,000 to 600,000.
    static let maximumRounds = 5_000_000

    /// - Throws: the reason for which the file gives nothing. Nothing is taken before the password has proved it whole, except
    ///   from a store that is neither encrypted nor protected, and for which no password is given: its certificates are worth what
    ///   a certificate file is. With a password it is refused, or taking the check out of a file would go unnoticed.
    static func read(_ bytes: [UInt8], _ password: KeyStorePassword?) throws(KeyFileError.Reason) -> KeyStoreContent {
        let store = try PKCS12Store(bytes)
        guard let integrity = store.integrity else {
            let content = try unprotected(store)
            guard password == nil else { throw .unprotected(.pkcs12) }
            return content
        }
        guard let password else { throw .passwordNeeded(.keyStore(.pkcs12)) }
        let encryptions = store.safes.compactMap(\.encryption)
        // The two forms of an empty password are both tried.
        let rounds = encryptions.reduce(integrity.rounds * password.bmpForms.count) { $0 + $1.rounds }
        guard rounds <= maximumRounds else { throw .tooMuchWork(.keyStore(.pkcs12), limit: maximumRounds) }

        let library = try Libcrypto(withLegacyCiphers: encryptions.contains(where: \.cipher.isLegacy))
        let proved = try integrity.provedPassword(for: store.authenticated, password, library)
        var bags = SafeBags()
        for safe in store.safes {
            switch safe {
            case .plain(let contents):
                try bags.add(contents)
            case .encrypted(let encryption, let ciphertext):
                guard var contents = try encryption.decrypt(ciphertext, proved, library) else {
                    throw .damaged(
                        .keyStore(.pkcs12), detail: "what is encrypted in it has another password than the store")
                }
                // Where somebody put a bare private key among the certificates, it is gone after this.
                defer { Libcrypto.overwrite(&contents) }
                try bags.add(contents)
            }
        }
        return bags.content
    }

    private static func unprotected(_ store: PKCS12Store) throws(KeyFileError.Reason) -> KeyStoreContent {
        var bags = SafeBags()
        for safe in store.safes {
            guard case .plain(let contents) = safe else { throw .unproven(.pkcs12) }
            try bags.add(contents)
        }
        var content = bags.content
        content.notes.append("It has no integrity check (MAC): it is taken as a certificate file would be.")
        return content
    }
}
