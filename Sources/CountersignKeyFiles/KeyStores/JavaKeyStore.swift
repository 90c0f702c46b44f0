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

    /// - Throws: the reason for refusing the file. No certificate is parsed before the digest has been verified.
    static func read(_ bytes: [UInt8], _ password: KeyStorePassword?) throws(KeyFileError.Reason) -> KeyStoreContent {
        var input = JavaDataInput(bytes.dropFirst(4))
        guard let version = Version(rawValue: try input.uint32()) else {
            throw .damagedJKS("its version is neither 1 nor 2")
        }
        let count = try input.uint32()
        guard count <= KeyStoreFile.maximumEntries else { throw .tooManyEntries(limit: KeyStoreFile.maximumEntries) }
        var content = KeyStoreContent()
        for _ in 0..<count { try readEntry(&input, version, into: &content) }
        let signed = bytes.prefix(upTo: input.position)
        let digest = try input.bytes(Insecure.SHA1.byteCount)
        guard input.isAtEnd else { throw .damagedJKS("something follows its end") }
        try check(digest, of: signed, password)
        return content
    }

    private static func readEntry(
        _ input: inout JavaDataInput, _ version: Version, into content: inout KeyStoreContent
    ) throws(KeyFileError.Reason) {
        guard let tag = Tag(rawValue: try input.uint32()) else {
            throw .damagedJKS("it has an entry that is neither a key nor a certificate")
        }
        let alias = try input.string()
        // The date of the entry, in milliseconds since 1970.
        _ = try input.bytes(8)
        var chainLength: UInt32 = 1
        if tag == .privateKey {
            _ = try input.bytes(Int(try input.uint32()))
            chainLength = try input.uint32()
            guard chainLength <= maximumChainLength else {
                throw .damagedJKS("a key has more than \(maximumChainLength) certificates")
            }
            content.privateKeys += 1
        }
        // The entry's certificate, followed by its issuers'.
        var chain: [(type: String, bytes: ArraySlice<UInt8>)] = []
        for _ in 0..<chainLength { chain.append(try certificate(&input, version)) }
        guard let first = chain.first else {
            content.notes.append("The key \(alias.quotedAlias) has no certificate.")
            return
        }
        content.chainCertificates += chain.count - 1
        guard first.type == "X.509" else {
            content.notes.append("The entry \(alias.quotedAlias) is skipped: its certificate is not X.509.")
            return
        }
        let kind: KeyStoreFileEntry.Kind = tag == .privateKey ? .keyEntry : .trustedCertificate
        content.entries.append(.init(alias: alias, kind: kind, isFromJava: true, certificate: Array(first.bytes)))
    }

    private static func certificate(
        _ input: inout JavaDataInput, _ version: Version
    ) throws(KeyFileError.Reason) -> (type: String, bytes: ArraySlice<UInt8>) {
        let type = version == .two ? try input.string() : "X.509"
        let length = Int(try input.uint32())
        guard length <= maximumCertificateLength else {
            throw .damagedJKS("a certificate is longer than \(maximumCertificateLength / 1024) KiB")
        }
        return (type, try input.bytes(length))
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
}
