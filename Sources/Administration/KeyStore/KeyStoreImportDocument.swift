import CountersignKeyFiles
import Foundation

/// A request to import certificates: a file in base64, and what to do with it.
package struct KeyStoreImportDocument: Sendable {
    package let file: CertificateFile
    package let alias: String?
    package let replaces: Bool
    package let isDryRun: Bool

    /// - Throws: `InvalidDocument`, also for a file that cannot be read; `KeyStoreFailure` for a key without its certificate.
    package init(_ document: JSONObject) throws {
        var reader = DocumentReader(document)
        let encoded = reader.requiredText("file")
        let name = reader.text("file_name", isNullable: true)
        let password = reader.text("password", isNullable: true)
        alias = reader.text("alias", isNullable: true)
        replaces = reader.boolean("replace") ?? false
        isDryRun = reader.boolean("dry_run") ?? false
        let bytes = Data(base64Encoded: encoded).map { [UInt8]($0) } ?? []
        reader.check(!reader.has("file") || !bytes.isEmpty, "file", "It must be a file in base64 (RFC 4648 section 4).")
        let names = [("file_name", name), ("alias", alias)]
        for case (let member, let text?) in names where !ClientID(text).isRegistrable {
            reader.report(member, detail: "It must have 1 to 255 bytes and no control characters.")
        }
        try reader.finish()
        file = try Self.certificates(bytes, name, password, hasAlias: alias != nil)
    }

    private static func certificates(
        _ bytes: [UInt8], _ name: String?, _ password: String?, hasAlias: Bool
    ) throws -> CertificateFile {
        let shown = name ?? "file"
        do {
            if KeyStoreFile.isKeyStore(bytes) {
                let store = try KeyStoreFile(bytes, name: shown, password: password.map { Array($0.utf8) })
                return CertificateFile(store, name: shown)
            }
            let keys = try KeyFile(bytes, name: shown)
            guard hasAlias || name != nil else {
                throw InvalidDocument([
                    DocumentFault(
                        JSONPointer.document.appending("alias"),
                        "It is missing: a single certificate needs an alias, or a file_name to take it from.")
                ])
            }
            return try CertificateFile(keys, name: shown, path: shown)
        } catch let error as KeyFileError {
            let problem = error.problem.prefix(1).uppercased() + error.problem.dropFirst()
            throw InvalidDocument([
                DocumentFault(JSONPointer.document.appending("file"), "\(problem). \(error.remedy)")
            ])
        }
    }
}
