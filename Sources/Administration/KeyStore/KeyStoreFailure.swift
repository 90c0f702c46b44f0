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

    package var message: String {
        switch self {
        case .noEntry(let alias, let similar):
            "There is no entry '\(alias.text)' in the key store."
                + (similar.map { " There is '\($0.text)'." } ?? "")
        case .noEntryInFile(let alias, let file, let aliases):
            "\(file): there is no entry '\(alias)', but \(aliases.prefix(10).joined(separator: ", "))"
                + (aliases.count > 10 ? " and \(aliases.count - 10) more." : ".")
        case .keyWithoutCertificate(let file):
            "\(file): it has a key without a certificate, but the key store only keeps certificates."
        case .severalKeys(let file): "\(file): it holds more than one key. Give a file with one certificate."
        }
    }
}
