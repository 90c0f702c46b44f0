import Administration
import ArgumentParser

struct ChangesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "Show and undo what operators changed.",
        discussion: """
            Every change of clients, keys, people, resources, registration tokens and server keys is recorded: who made it, \
            when, and what it was before and after. 'countersign doctor' finds a log that was altered.
            """,
        subcommands: [
            ChangesList.self, ChangesShow.self, ChangesUndo.self, ChangesExport.self, ChangesRemove.self,
        ])
}

struct ChangesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List changes, newest first.",
        discussion: """
            EXAMPLES
              countersign changes list
              countersign changes list --subject client:billing
              countersign changes list --subject user --since 2026-11-24T00:00:00Z
              countersign changes list --subject user:alice
              countersign changes list --subject any:billing
              countersign changes list --actor alice --json
            """)

    @Option(
        help: ArgumentHelp(
            """
            What was changed: a kind (\(ChangeSubject.Kind.names)), one as KIND:ID, or any:ID. The ID of a person \
            is the sub or the user name.
            """, valueName: "subject"))
    var subject: String?

    @Option(
        help: ArgumentHelp(
            "Who made the change: a user name, a sub, a client ID or a user of the server's machine.", valueName: "id"))
    var actor: String?

    @Option(
        help: ArgumentHelp("Only changes from this time on.", valueName: "time"), transform: Transform.time)
    var since: UnixTime?

    @Option(help: "The most changes that are shown.")
    var limit = 50

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func validate() throws {
        _ = try search()
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
    }

    func search() throws -> ChangeSearch {
        var search = ChangeSearch(actor: actor, since: since)
        guard let subject else { return search }
        let parts = subject.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        search.kind = ChangeSubject.Kind(rawValue: parts[0])
        search.subject = parts.count > 1 ? parts[1] : nil
        guard search.kind != nil || (parts[0] == "any" && search.subject != nil) else {
            throw ValidationError("--subject must begin with one of \(ChangeSubject.Kind.names), or with any:.")
        }
        return search
    }

    func run() async throws {
        let changes = try await target.withOperations {
            try await $0.changes.list(try search(), limit: limit)
        }
        Listing.print(
            changes, json: json ? \.json : nil, empty: "No changes are recorded.",
            columns: [
                ("CHANGE", { "\($0.number)" }), ("AT", { $0.change?.at.text ?? "unreadable" }),
                ("BY", { $0.change?.actor.text ?? "" }), ("ACTION", { $0.change?.action.rawValue ?? "" }),
                ("SUBJECT", { $0.change?.subject.text ?? "" }),
            ])
    }
}

extension ChangeSubject.Kind {
    fileprivate static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// The change that a command is about.
struct ChangeArguments: ParsableArguments {
    @Argument(help: "The number of the change.")
    var number: Int64

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print the change as JSON.")
    var json = false

    func print(_ change: ShownChange) {
        if json { JSONOutput.print(change.json) } else { Swift.print(change.text(on: .output)) }
    }
}

struct ChangesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a change.",
        discussion: """
            What differs is one value a line: '-' before, '+' after. Of a change that cannot be read, it shows what can be, and says what \
            is wrong.

            EXAMPLES
              countersign changes show 12
            """)

    @OptionGroup var change: ChangeArguments

    func run() async throws {
        change.print(try await change.target.withOperations { try await $0.changes.shown(change.number) })
    }
}

struct ChangesUndo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Undo a change.",
        discussion: """
            What the change concerns gets its values from before, if they are still those from after it; what else was changed \
            since stays. That is a change too. Additions, secrets, passwords, revoked keys and ended sessions cannot be undone.

            EXAMPLES
              countersign changes undo 12
            """)

    @OptionGroup var change: ChangeArguments

    func run() async throws {
        let made = try await change.target.withOperations { try await $0.changes.undo(change.number, at: .now) }
        change.print(.change(made))
    }
}

/// `--data`: archives are made and the log is shortened on the server's machine alone.
struct ChangeLogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory.", valueName: "dir"), completion: .directory)
    var data = OpenedStore.defaultDirectory
}

struct ChangesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print all changes, oldest first, for an archive.",
        discussion: """
            One JSON object a line, with all that the digest of a change covers. See docs/change-log.md for how to check an archive.

            EXAMPLES
              countersign changes export
              countersign changes export --data /var/lib/countersign
            """)

    @OptionGroup var options: ChangeLogOptions

    func run() async throws {
        try await OpenedStore.with(options.data) { store in
            try await ChangeAdministration(store).export { row in
                print(JSONOutput.text(.object(row.json), isIndented: false))
            }
        }
    }
}

struct ChangesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove the oldest changes, after they were archived.",
        discussion: """
            Names the last change to be removed and its digest, both from the archive. The log records that this was done, so that \
            the rest can still be checked. Asks first on a terminal; otherwise --yes is needed.

            EXAMPLES
              countersign changes remove --through 5000 --digest DIGEST --yes
            """)

    @Option(help: ArgumentHelp("The last change that is removed.", valueName: "number"))
    var through: Int64

    @Option(help: ArgumentHelp("Its digest, as the archive has it.", valueName: "digest"))
    var digest: String

    @OptionGroup var options: ChangeLogOptions
    @OptionGroup var confirmation: ConfirmationOptions

    func run() async throws {
        try confirmation.requireAnswer()
        try await OpenedStore.with(options.data) { store in
            try confirmation.confirm("Remove the changes up to \(through) from the log?")
            try await ChangeAdministration(store).remove(through: through, digest: digest)
        }
        print("The changes up to \(through) are removed.")
    }
}
