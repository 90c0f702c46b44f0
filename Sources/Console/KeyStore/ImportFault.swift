import Administration
import CountersignKeyFiles
import Pages

/// Why an import was not accepted: the field, and what to do.
struct ImportFault: Error {
    /// The field's name, which is also its anchor.
    let field: String
    /// A sentence or two, safe to show.
    let message: String

    private init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    static let noFile = ImportFault(ImportPage.Field.file, "Choose a file.")
    static let tooLong = ImportFault(
        ImportPage.Field.file,
        "The file is longer than \(KeyStoreFile.maximumLength >> 20) MiB. Take the certificates of clients out of it.")
    static let notHeldAnyMore = ImportFault(
        ImportPage.Field.file,
        "The file that you checked is not kept any more: that was more than 10 minutes ago, or the server was restarted. Choose it again."
    )

    /// - Returns: `nil` for errors that are not about what the person gave.
    init?(_ error: any Error) {
        switch error {
        case let error as KeyFileError: self.init(error)
        case KeyStoreFailure.noEntryInFile(let alias, _, let aliases):
            let names = aliases.prefix(10).map { "“\(ShownText.of($0))”" }.joined(separator: ", ")
            let more = aliases.count > 10 ? " and \(aliases.count - 10) more" : ""
            self.init(
                ImportPage.Field.alias,
                "The file has no entry “\(ShownText.of(alias, limit: 255))”, but \(names)\(more). Leave the alias empty to take all."
            )
        case KeyStoreFailure.keyWithoutCertificate:
            self.init(
                ImportPage.Field.file,
                "It has a key without a certificate, and the key store keeps certificates only. Add the key to the client itself."
            )
        case KeyStoreFailure.severalKeys:
            self.init(ImportPage.Field.file, "It contains more than one key. Choose a file with one certificate.")
        default: return nil
        }
    }

    private init(_ error: KeyFileError) {
        let problem = error.problem.prefix(1).uppercased() + error.problem.dropFirst()
        self.init(Self.field(of: error.reason), ShownText.of("\(problem). \(error.remedy)", limit: 500))
    }

    private static func field(of reason: KeyFileError.Reason) -> String {
        switch reason {
        case .passwordNeeded, .wrongPassword, .unusablePassword, .missingMAC: ImportPage.Field.password
        case .empty, .unreadable, .tooLong, .notRecognised, .utf16, .damaged, .privateKey, .privateKeyLine,
            .noPrivateKey, .keyInStore, .encrypted, .unsupported, .tooManyKeys, .noKeys, .severalPrivateKeys, .refused,
            .noKeyStore, .encryptedWithoutMAC, .unsupportedPart, .tooMuchWork, .tooManyEntries, .noCertificates,
            .missingModule:
            ImportPage.Field.file
        }
    }

    /// What of a plan cannot be done.
    ///
    /// - Returns: `nil` if it can be done.
    init?(_ plan: KeyStoreImport, alias: String) {
        let conflicts = plan.rows.filter { $0.outcome == .conflict }
        if let first = conflicts.first {
            let name = ShownText.of(first.alias.text, limit: 255)
            let which =
                conflicts.count == 1
                ? "The alias “\(name)” holds another certificate"
                : "\(conflicts.count) aliases hold other certificates, “\(name)” among them"
            self.init(ImportPage.Field.alias, "\(which). Choose another alias, or replace what is there.")
        } else if !plan.rows.contains(where: \.outcome.isKept) {
            self.init(ImportPage.Field.alias, "An alias has 1 to 255 bytes and no control characters.")
        } else {
            return nil
        }
    }
}
