import ArgumentParser
import Countersign
import CountersignJOSE
import CountersignServer
import CountersignStore

/// `countersign explain`: why a request was refused.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explain why a request was refused.",
        discussion: """
            The reference stands in the answer that the client received and in the server's log. Without one the latest \
            refusals are listed.

            EXAMPLES
              countersign explain K3ZQ7M2A
              countersign explain K3ZQ7M2A --data /var/lib/countersign --json
              countersign explain
            """)

    @Argument(help: "The reference: eight letters and digits.", completion: StoreNames.references)
    var reference: String?

    @Option(help: "How many refusals are listed where no reference is given, 1 to 1000.")
    var limit = 20

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000.") }
    }

    func run() async throws {
        guard let reference else { return try await list() }
        let found = try await store.withStore { store -> (AuditEntry, nearMatch: String?)? in
            guard let entry = try await store.auditEntry(reference) else { return nil }
            let trace = TraceRecord(text: entry.trace)?.trace
            return (entry, try await NearMatch.sentence(for: entry.clientID, trace, in: store))
        }
        guard let (entry, nearMatch) = found else {
            throw CommandFailure(
                """
                There is no refusal '\(reference)' in \(store.data). Each refusal is kept until newer ones need its room; \
                'countersign explain' lists the latest.
                """)
        }
        if json {
            JSONOutput.print(entry.json)
        } else {
            print(entry.text(on: .output, directory: store.data, nearMatch: nearMatch))
        }
    }

    private func list() async throws {
        let entries = try await store.withStore { [limit] in try await $0.latestAuditEntries(limit) }
        if json {
            JSONOutput.print(.array(entries.map { .object($0.json) }))
        } else if entries.isEmpty {
            print("Nothing was refused yet.")
        } else {
            let rows = entries.map { [$0.at.text, $0.reference, $0.code, $0.clientID ?? "-"] }
            print(Columns.text([["TIME", "REFERENCE", "CODE", "CLIENT"]] + rows))
        }
    }
}
