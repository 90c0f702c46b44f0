import Foundation
import Store
import Testing

@testable import CLI
@testable import CountersignKeyFiles

@Suite("Error lines")
struct ErrorLineTests {
    @Test("name the command that imports a key store", arguments: ["java17.jks", "java17.p12"])
    func keyStore(_ name: String) {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../CountersignKeyFilesTests/Fixtures/KeyStores/\(name)").standardizedFileURL
            .path
        let error = #expect(throws: KeyFileError.self) { try KeyFile.read(file) }
        let text = error.map { ErrorLine.text(for: $0) } ?? ""
        #expect(text.hasSuffix("Import it: 'countersign keystore import FILE'."), "\(text)")
    }

    @Test(
        "name the command that converts a file",
        arguments: [
            (.utf16, "iconv -f UTF-16 -t UTF-8"), (.encrypted, "openssl pkcs8 -topk8 -in FILE"),
            (.unsupported(.keyStore(.jceks)), "-srcstoretype JCEKS"),
            (.encryptedWithoutMAC(.pkcs12), "keytool -importkeystore"),
            (.unsupportedPart(.keyStore(.pkcs12), "a cipher"), "keytool -importkeystore"),
            (.keyInStore(.jks), "-deststoretype PKCS12', then 'openssl"),
            (.keyInStore(.jceks), "-deststoretype PKCS12', then 'openssl"),
            (.keyInStore(.pkcs12), "openssl pkcs12 -in FILE.p12 -nocerts"),
        ] as [(KeyFileError.Reason, String)])
    func conversion(_ reason: KeyFileError.Reason, _ command: String) {
        #expect(ErrorLine.text(for: KeyFileError("file", reason)).contains(command))
    }

    @Test("name the flag for another data directory")
    func inUse() {
        #expect(
            ErrorLine.text(for: StoreError.inUse(directory: "/d", process: 7))
                == "error: another server uses the data directory '/d' (process 7). Stop it first, or give this one a directory of "
                + "its own with --data.")
    }
}
