/// The reason why an operation on the key store was refused.
package enum KeyStoreFailure: Error, Equatable {
    /// The key store has no such entry; it may have a similar one.
    case noEntry(ExactString, similar: ExactString?)
    /// A file has no entry of this name, or several that differ from it only in case.
    case noEntryInFile(String, file: String, aliases: [String])
    /// A key without a certificate: the key store keeps certificates.
    case keyWithoutCertificate(file: String)
    /// Several keys in a file that is not a key store.
    case severalKeys(file: String)
}
