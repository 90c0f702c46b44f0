import Administration
import ArgumentParser

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain why a request was refused.",
        discussion: """
            The reference is in the response that the client received and in the server's log. Without one the latest \
            refusals are listed.

            EXAMPLES
              countersign explain K3ZQ7M2A
              countersign explain K3ZQ7M2A --data /var/lib/countersign --json
              countersign explain
              countersign explain --proven --limit 100
            """)

    @Argument(help: "The reference: eight letters and digits.", completion: StoreNames.references)
    var reference: String?

    @Option(help: "The number of refusals to list without a reference, 1 to 1000.")
    var limit = 20

    @Flag(help: "List only refusals whose caller proved a key. By default they fill half of the list.")
    var proven = false

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000.") }
        guard reference == nil || !proven else {
            throw ValidationError("--proven applies to the list only, so it takes no reference.")
        }
    }

    func run() async throws {
        guard let reference else { return try await list() }
        let target = try self.target.target()
        let found: RefusalAdministration.Details
        do {
            found = try await target.withOperations { try await $0.refusals.refusal(reference) }
        } catch RefusalFailure.noRefusal {
            throw CommandFailure(
                """
                There is no refusal '\(reference)' in \(target.place). Each refusal is kept until newer ones need its room; \
                'countersign explain' lists the latest.
                """)
        }
        if json {
            JSONOutput.print(found.json)
        } else {
            print(found.entry.text(on: .output, options: target.options, nearMatch: found.nearMatch))
        }
    }

    private func list() async throws {
        let entries = try await target.withOperations { [limit, proven] in
            try await $0.refusals.latest(limit, onlyProven: proven)
        }
        Listing.print(
            entries, json: json ? { $0.json } : nil,
            empty: "\(proven ? "No caller who proved a key" : "Nothing") was refused yet.",
            columns: [
                ("TIME", \.at.text), ("REFERENCE", \.reference.text), ("CODE", \.code),
                ("PROVEN", { $0.isProven ? "yes" : "no" }), ("CLIENT", { $0.clientID ?? "-" }),
            ])
    }
}
