import CountersignKeyFiles
import Foundation

/// A request to import certificates, and what to do with them: a file in base64, or the certificates that somebody has read from one, so
/// that its private keys and its password stay where they are.
package struct KeyStoreImportDocument: Sendable {
    package let file: CertificateFile
    package let alias: String?
    package let replaces: Bool
    package let isDryRun: Bool

    /// - Throws: `InvalidDocument`, also for a file that cannot be read; `KeyStoreFailure` for a key without its certificate.
    package init(_ document: JSONObject) throws {
        var reader = DocumentReader(document)
        guard !reader.has("certificates") else {
            let certificates = reader.certificates("certificates")
            let name = reader.text("file_name", isNullable: true) ?? "certificates"
            alias = reader.text("alias", isNullable: true)
            replaces = reader.boolean("replace") ?? false
            isDryRun = reader.boolean("dry_run") ?? false
            Self.check([("file_name", name), ("alias", alias)], &reader)
            try reader.finish()
            file = CertificateFile(name: name, entries: certificates, notes: [], isKeyStore: true)
            return
        }
        let encoded = reader.requiredText("file")
        let name = reader.text("file_name", isNullable: true)
        let password = reader.text("password", isNullable: true)
        alias = reader.text("alias", isNullable: true)
        replaces = reader.boolean("replace") ?? false
        isDryRun = reader.boolean("dry_run") ?? false
        let bytes = Data(base64Encoded: encoded).map { [UInt8]($0) } ?? []
        reader.check(!reader.has("file") || !bytes.isEmpty, "file", "It must be a file in base64 (RFC 4648 section 4).")
        Self.check([("file_name", name), ("alias", alias)], &reader)
        try reader.finish()
        file = try Self.certificates(bytes, name, password, hasAlias: alias != nil)
    }

    private static func check(_ names: [(member: String, text: String?)], _ reader: inout DocumentReader) {
        for case (let member, let text?) in names where !ClientID(text).isRegistrable {
            reader.report(member, detail: "It must have 1 to 255 bytes and no control characters.")
        }
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

extension DocumentReader {
    /// The most certificates of one request.
    private static let maximumCertificates = 1000

    /// An array of certificates in PEM, each with its alias.
    fileprivate mutating func certificates(_ name: String) -> [CertificateFile.Entry] {
        let elements = array(name) ?? []
        check(
            (1...Self.maximumCertificates).contains(elements.count), name,
            "It must have 1 to \(Self.maximumCertificates) elements.")
        var entries: [CertificateFile.Entry] = []
        for (index, element) in elements.prefix(Self.maximumCertificates).enumerated() {
            guard case .object(let object) = element else {
                report(name, String(index), detail: "It must be an object.")
                continue
            }
            var reader = DocumentReader(object)
            // Whether the alias can be registered is part of the result, as for a file.
            let alias = reader.requiredText("alias")
            let pem = reader.requiredText("pem")
            let isFromJava = reader.boolean("from_java_key_store") ?? false
            let key = (try? KeyFile(Array(pem.utf8), name: "pem"))?.keys.first
            let entry = key.flatMap { CertificateFile.Entry(alias, $0, isFromJava: isFromJava) }
            reader.check(entry != nil, "pem", "It must be a certificate in PEM.")
            do throws(InvalidDocument) {
                try reader.finish()
            } catch {
                for fault in error.faults {
                    report(name, String(index), String(fault.pointer.text.dropFirst()), detail: fault.detail)
                }
            }
            if let entry { entries.append(entry) }
        }
        return entries
    }
}
