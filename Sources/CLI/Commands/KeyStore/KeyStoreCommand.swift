import Administration
import ArgumentParser
import CountersignKeyFiles
import Foundation

struct KeyStoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keystore", abstract: "Import certificates and manage them.",
        discussion: """
            An entry whose alias is a client's ID, byte for byte, serves that client, unless the client has keys of its own \
            or a key set at a URL. A running server applies changes within a second.
            """,
        subcommands: [
            KeyStoreImportCommand.self, KeyStoreList.self, KeyStoreShow.self, KeyStoreExport.self, KeyStoreRemove.self,
        ])
}

struct KeyStoreList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the entries, the next to expire first.",
        discussion: """
            EXAMPLES
              countersign keystore list
              countersign keystore list --validity soon --use in-force
              countersign keystore list --limit 50
              countersign keystore list --json --data /var/lib/countersign
            """)

    @OptionGroup(title: "Filters") var filters: KeyStoreFilterOptions

    @Option(help: "The most entries that are shown, 1 to 10000. Default: all.")
    var limit: Int?

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(limit ?? 1) else { throw ValidationError("--limit must be 1 to 10000.") }
    }

    func run() async throws {
        let now = UnixTime.now
        let filter = filters.filter
        let found = try await target.withOperations {
            try await $0.keyStore.entries(filter, limit: limit ?? .max, at: now)
        }
        Listing.print(
            found.items, json: json ? { $0.json } : nil,
            empty: filter == KeyStoreFilter()
                ? "The key store is empty: countersign keystore import --help" : "No entry matches.",
            columns: [
                ("ALIAS", \.entry.alias.text), ("KEY", \.entry.jwk.key.summary),
                ("VALID UNTIL", \.entry.certificate.facts.notAfter.text),
                ("STATE", { $0.entry.certificate.facts.expiryNote(at: now) ?? "valid" }),
                ("CLIENT", { $0.use.phrase($0.entry.alias) }),
            ])
        if !json, found.hasNext { Terminal.note(Self.rest(of: found.count, shown: found.items.count)) }
    }

    /// How many entries are left, of as many as were counted.
    static func rest(of count: FoundCount, shown: Int) -> String {
        let left = count.number - shown
        let remedy = "raise --limit, or leave it out."
        guard left > 0 else { return "There are more entries: \(remedy)" }
        return "\(count.hasMore ? "At least " : "")\(left) more \(left == 1 ? "entry" : "entries"): \(remedy)"
    }
}

struct KeyStoreShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an entry and the client it serves.",
        discussion: """
            EXAMPLES
              countersign keystore show billing
              countersign keystore show billing --json
            """)

    @Argument(help: "The alias.", completion: StoreNames.aliases)
    var alias: String

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let details = try await target.withOperations { try await $0.keyStore.entry(alias) }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: .now)) }
    }
}

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

    @OptionGroup var target: TargetOptions

    func validate() throws {
        guard !der || out != nil || isatty(STDOUT_FILENO) != 1 else {
            throw ValidationError("DER cannot be shown on a terminal. Name a file with --out.")
        }
        guard !force || out != nil else { throw ValidationError("--force is for the file that --out names.") }
    }

    func run() async throws {
        let entry = try await target.withOperations { try await $0.keyStore.entry(alias).entry }
        let bytes = der ? entry.certificate.der : Array(CertificateDetails.pem(entry.certificate.der).utf8)
        if let out {
            try NewFile.write(bytes, to: out, for: .everyone, replaces: force)
        } else {
            FileHandle.standardOutput.write(Data(bytes))
        }
    }
}

struct KeyStoreRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an entry.",
        discussion: """
            Asks first on a terminal; otherwise --yes is needed. A client that authenticates with the entry cannot authenticate \
            from then on.

            EXAMPLES
              countersign keystore remove billing
              countersign keystore remove billing --yes
            """)

    @Argument(help: "The alias.", completion: StoreNames.aliases)
    var alias: String

    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var target: TargetOptions

    func run() async throws {
        try confirmation.requireAnswer()
        let client = try await target.withOperations { operations in
            let details = try await operations.keyStore.entry(alias)
            let client = details.use.isInForce ? details.use.client : nil
            let use = client.map { ", with which the client \($0) authenticates" } ?? ""
            try confirmation.confirm("Remove the entry \(alias) (\(details.entry.certificate.facts.subject))\(use)?")
            try await operations.keyStore.remove(alias)
            return client
        }
        if let client { Terminal.warn("The client \(client) has no key any more, so it cannot authenticate.") }
        print("The entry \(VisibleText.of(alias)) is removed.")
    }
}
