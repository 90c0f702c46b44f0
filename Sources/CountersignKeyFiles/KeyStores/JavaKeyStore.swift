import Crypto
import FoundationEssentials

/// Java's own key store format, JKS: the default of `keytool` up to Java 8.
///
/// It has a header, entries, and a SHA-1 digest over the password and the content. Certificates are not encrypted. Private keys are
/// encrypted with their own password and skipped.
enum JavaKeyStore {
    static let maximumChainLength = 100
    static let maximumCertificateLength = 65_536

    /// The layout: from version 2 on, the type of each certificate precedes it.
    private enum Version: UInt32 {
        case one = 1
        case two = 2
    }

    private enum Tag: UInt32 {
        case privateKey = 1
        case trustedCertificate = 2
    }

    /// A certificate of any type, as stored in the file.
    private struct StoredCertificate {
        let type: String
        let bytes: ArraySlice<UInt8>
    }

    private struct StoredEntry {
        let alias: String
        let kind: KeyStoreFileEntry.Kind
        /// The entry's certificate, followed by its issuers'.
        let chain: [StoredCertificate]
    }

    /// - Throws: the reason for refusing the file. No certificate is parsed before the digest has been verified.
    static func read(_ bytes: [UInt8], _ password: KeyStorePassword?) throws(KeyFileError.Reason) -> KeyStoreContent {
        var input = JavaDataInput(bytes.dropFirst(4))
        guard let version = Version(rawValue: try input.uint32()) else {
            throw .damaged(.keyStore(.jks), detail: "its version is neither 1 nor 2")
        }
        let count = try input.uint32()
        guard count <= KeyStoreFile.maximumEntries else { throw .tooManyEntries(limit: KeyStoreFile.maximumEntries) }
        var entries: [StoredEntry] = []
        for _ in 0..<count {
            entries.append(try entry(&input, version))
        }
        let content = bytes.prefix(upTo: input.position)
        let digest = try input.bytes(Insecure.SHA1.byteCount)
        guard input.isAtEnd else { throw .damaged(.keyStore(.jks), detail: "something follows its end") }
        try check(digest, of: content, password)
        return found(entries)
    }

    private static func entry(
        _ input: inout JavaDataInput, _ version: Version
    ) throws(KeyFileError.Reason) -> StoredEntry {
        guard let tag = Tag(rawValue: try input.uint32()) else {
            throw .damaged(.keyStore(.jks), detail: "it has an entry that is neither a key nor a certificate")
        }
        let alias = try input.string()
        // The date of the entry, in milliseconds since 1970.
        _ = try input.bytes(8)
        switch tag {
        case .trustedCertificate:
            let certificate = try certificate(&input, version)
            return StoredEntry(alias: alias, kind: .trustedCertificate, chain: [certificate])
        case .privateKey:
            _ = try input.bytes(Int(try input.uint32()))
            let length = try input.uint32()
            guard length <= maximumChainLength else {
                throw .damaged(.keyStore(.jks), detail: "a key has more than \(maximumChainLength) certificates")
            }
            var chain: [StoredCertificate] = []
            for _ in 0..<length {
                chain.append(try certificate(&input, version))
            }
            return StoredEntry(alias: alias, kind: .keyEntry, chain: chain)
        }
    }

    private static func certificate(
        _ input: inout JavaDataInput, _ version: Version
    ) throws(KeyFileError.Reason) -> StoredCertificate {
        let type = version == .two ? try input.string() : "X.509"
        let length = Int(try input.uint32())
        guard length <= maximumCertificateLength else {
            throw .damaged(
                .keyStore(.jks), detail: "a certificate is longer than \(maximumCertificateLength / 1024) KiB")
        }
        return StoredCertificate(type: type, bytes: try input.bytes(length))
    }

    /// Verifies the digest at the end: SHA-1 over the password, a constant phrase, and the preceding content.
    private static func check(
        _ digest: ArraySlice<UInt8>, of content: ArraySlice<UInt8>, _ password: KeyStorePassword?
    ) throws(KeyFileError.Reason) {
        guard let password else { throw .passwordNeeded(.keyStore(.jks)) }
        var hash = Insecure.SHA1()
        hash.update(data: password.utf16)
        hash.update(data: Array("Mighty Aphrodite".utf8))
        hash.update(data: content)
        // swift-crypto compares digests in constant time.
        guard hash.finalize() == digest else { throw .wrongPassword(.keyStore(.jks)) }
    }

    private static func found(_ entries: [StoredEntry]) -> KeyStoreContent {
        var content = KeyStoreContent()
        for entry in entries {
            if entry.kind == .keyEntry { content.privateKeys += 1 }
            guard let first = entry.chain.first else {
                content.notes.append("The key \(entry.alias.quotedAlias) has no certificate.")
                continue
            }
            content.chainCertificates += entry.chain.count - 1
            guard first.type == "X.509" else {
                content.notes.append(
                    "The entry \(entry.alias.quotedAlias) is left aside: its certificate is not X.509.")
                continue
            }
            content.entries.append(
                .init(alias: entry.alias, kind: entry.kind, isFromJava: true, certificate: Array(first.bytes)))
        }
        return content
    }
}
