/// The content of a key store: the bytes of its certificates, and counts of what was skipped.
struct KeyStoreContent {
    struct Entry {
        let alias: String
        let kind: KeyStoreFileEntry.Kind
        let isFromJava: Bool
        let certificate: [UInt8]
    }

    var entries: [Entry] = []
    /// The number of private keys, which are skipped.
    var privateKeys = 0
    /// The number of issuers' certificates, which are skipped.
    var chainCertificates = 0
    var notes: [String] = []

    /// Parses the certificates. An unusable one is skipped, with a note.
    func certificates(
        of format: KeyFormat.StoreKind
    ) throws(KeyFileError.Reason) -> (entries: [KeyStoreFileEntry], notes: [String]) {
        var seen: Set<ExactString> = []
        var good: [KeyStoreFileEntry] = []
        var refused: [(alias: String, reason: KeyFileError.Reason)] = []
        for entry in entries {
            guard seen.insert(ExactString(entry.alias)).inserted else {
                throw .damaged(.keyStore(format), detail: "two of its entries are called \(entry.alias.quotedAlias)")
            }
            do {
                let key = try ImportedKey(certificate: entry.certificate)
                good.append(
                    KeyStoreFileEntry(alias: entry.alias, key: key, kind: entry.kind, isFromJava: entry.isFromJava))
            } catch {
                refused.append((entry.alias, error))
            }
        }
        guard !good.isEmpty else { throw refused.first?.reason ?? .noCertificates(format) }
        let skipped = refused.map { entry in
            "The entry \(entry.alias.quotedAlias) is skipped: \(KeyFileError("", entry.reason).problem)."
        }
        return (good, keyNotes + skipped + notes)
    }

    private var keyNotes: [String] {
        var sentences: [String] = []
        if privateKeys > 0 {
            let count = privateKeys == 1 ? "a private key" : "\(privateKeys) private keys"
            sentences.append("It contains \(count): only certificates are taken, no private key is read or kept.")
        }
        if chainCertificates > 0 {
            sentences.append("Certificates of issuers, which are skipped: \(chainCertificates).")
        }
        return sentences
    }
}

extension String {
    /// The name of an entry for a message: in quotes, on one line, and truncated.
    ///
    /// The name is untrusted. It is truncated by scalars, since one character can have any number of them.
    var quotedAlias: String {
        let scalars = unicodeScalars.prefix(64).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: Unicode.Scalar("?")
            default: scalar
            }
        }
        return "'" + String(String.UnicodeScalarView(scalars)) + "'"
    }
}
