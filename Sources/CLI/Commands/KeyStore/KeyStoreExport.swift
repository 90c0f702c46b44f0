import Administration
import ArgumentParser
import CountersignKeyFiles
import Foundation

struct KeyStoreExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write an entry's certificate.",
        discussion: """
            EXAMPLES
              countersign keystore export billing
              countersign keystore export billing --out billing.pem
              countersign keystore export billing --der --out billing.cer
            """)

    @Argument(help: "The alias.", completion: StoreNames.aliases)
    var alias: String

    @Option(help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"), completion: .file())
    var out: String?

    @Flag(help: "Write DER instead of PEM.")
    var der = false

    @Flag(help: "Replace a file that exists.")
    var force = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard !der || out != nil || isatty(STDOUT_FILENO) != 1 else {
            throw ValidationError("DER cannot be shown on a terminal. Name a file with --out.")
        }
        guard !force || out != nil else { throw ValidationError("--force is for the file that --out names.") }
    }

    func run() async throws {
        let entry = try await store.withStore { try await KeyStoreEntryDetails.entry(alias, in: $0).entry }
        let bytes = der ? entry.certificate.der : Array((CertificateDetails.pem(entry.certificate.der) + "\n").utf8)
        if let out {
            try NewFile.write(bytes, to: out, for: .everyone, replaces: force)
        } else {
            FileHandle.standardOutput.write(Data(bytes))
        }
    }
}
