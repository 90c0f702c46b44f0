import Administration
import ArgumentParser

struct KeyStoreImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import certificates from a file.",
        discussion: """
            Takes a Java key store (JKS), a PKCS#12 file, or a certificate in PEM or DER; the format is detected from its \
            content. Only certificates are taken: private keys stay in the file, and a note reports them.

            The aliases of a key store are kept. Java stores them in lower case and ignores case in lookups, so an entry of a Java \
            key store serves the one client whose ID equals its alias, ignoring case, whichever of the two was added \
            first. A certificate by itself gets the name of its file without the extension. --alias names an entry exactly.

            Existing entries do not change. If an alias has a different certificate, nothing is changed, unless --replace \
            is given.

            EXAMPLES
              countersign keystore import wso2carbon.jks --data /var/lib/countersign
              countersign keystore import clients.p12 --dry-run \\
                  --password-file clients.password
              countersign keystore import clients.p12 --alias billing \\
                  --password-stdin < clients.password
              countersign keystore import billing.cer
              countersign keystore import new.cer --alias billing --replace
            """)

    @Argument(help: "A key store or a certificate; - reads standard input.", completion: .file())
    var file: String

    @Option(help: "Select this entry of several, or name the only one.")
    var alias: String?

    @OptionGroup var password: PasswordOptions

    @Flag(help: "Replace entries that have a different certificate.")
    var replace = false

    @Flag(help: "Change nothing: only report what would be imported.")
    var dryRun = false

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try password.validate(beside: file)
        if file == "-", alias == nil { throw ValidationError("Standard input has no name: give one with --alias.") }
    }

    func run() async throws {
        let certificates = try CertificateFile.read(file, password)
        if !certificates.isKeyStore, !password.isEmpty {
            Terminal.warn("\(file) is not a key store, so it needs no password.")
        }
        let target = try self.target.target()
        let plan = try await target.plan(certificates, alias: alias, replaces: replace)
        let isCommitted = !dryRun && !plan.hasConflict
        if isCommitted { try await target.commit(plan) }
        if json {
            var object = plan.json
            object.set("dry_run", .boolean(dryRun))
            object.set("changed", .boolean(isCommitted && plan.changesAnything))
            JSONOutput.print(object)
        } else {
            print(plan.text(at: .now))
            if dryRun { print("Nothing was changed (--dry-run).") }
        }
        guard !plan.hasConflict else {
            throw CommandFailure(
                "Nothing was changed: see the lines marked conflict. To use the new certificates, add --replace.")
        }
    }
}

extension Target {
    /// Plans an import; the store of a data directory need not exist yet.
    func plan(_ file: CertificateFile, alias: String? = nil, replaces: Bool) async throws -> KeyStoreImport {
        guard !isMissingStore else {
            return try await KeyStoreImport(file, alias: alias, replaces: replaces, into: nil, at: .now)
        }
        return try await withOperations {
            try await $0.keyStore.plan(file, alias: alias, replaces: replaces, at: .now)
        }
    }

    /// Writes the certificates of a plan; a missing store is created if needed.
    func commit(_ plan: KeyStoreImport) async throws {
        guard plan.changesAnything else { return }
        try await withOperations(creating: true) { try await $0.keyStore.commit(plan) }
    }
}
