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
              countersign explain --not-proven --since 1d
              countersign explain --reference K3Z
              countersign explain --client billing --since 1h
              countersign explain --causes --since 1d
              countersign explain --code wrong_audience --address 192.0.2.7
            """)

    @Argument(help: "The reference: eight letters and digits.", completion: StoreNames.references)
    var reference: String?

    @Option(help: "The number of refusals to list without a reference, 1 to 1000.")
    var limit = 20

    @Flag(help: "Count the refusals of each cause instead of listing them.")
    var causes = false

    @Flag(help: "List only refusals whose caller proved a key. By default they fill half of the list.")
    var proven = false

    @Flag(help: "List only refusals whose caller did not prove a key.")
    var notProven = false

    @Option(help: ArgumentHelp("List only refusals of callers who claimed to be this client.", valueName: "id"))
    var client: String?

    @Option(help: "List only refusals with this code, such as wrong_audience.")
    var code: String?

    @Option(help: "List only refusals of callers at this address.")
    var address: String?

    @Option(help: "List only refusals at this endpoint, such as /oauth2/token.")
    var endpoint: String?

    @Option(help: "List only refusals of the last 90s, 15m, 1h or 7d.", transform: Transform.interval)
    var since: Duration?

    @Option(
        name: .customLong("reference"),
        help: ArgumentHelp(
            "List only refusals whose reference begins with this: at least three letters and digits.",
            valueName: "beginning"))
    var referencePrefix: String?

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000.") }
        guard !proven || !notProven else {
            throw ValidationError("--proven and --not-proven exclude each other.")
        }
        guard reference == nil || !proven else {
            throw ValidationError("--proven applies to the list only, so it takes no reference.")
        }
        let filter = self.filter(at: .now)
        guard reference == nil || filter == RefusalFilter() else {
            throw ValidationError(
                """
                --not-proven, --client, --code, --address, --endpoint, --since and --reference apply to the list only, \
                so they take no reference.
                """)
        }
        guard reference == nil || !causes else {
            throw ValidationError("--causes counts refusals, so it takes no reference.")
        }
        guard filter.referencePrefix?.count ?? .max >= RefusalFilter.minimumPrefix else {
            throw ValidationError("--reference needs at least \(RefusalFilter.minimumPrefix) letters or digits.")
        }
    }

    func run() async throws {
        guard let reference else { return try await causes ? count() : list() }
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
            print(
                found.entry.text(
                    on: .output, options: target.options, nearMatch: found.nearMatch, corrections: found.corrections))
        }
    }

    func filter(at now: UnixTime) -> RefusalFilter {
        var filter = RefusalFilter()
        (filter.client, filter.code, filter.address, filter.endpoint) = (client, code, address, endpoint)
        filter.since = since.map { now - $0 }
        filter.referencePrefix = referencePrefix.map { Reference(typed: $0).text }
        if proven || notProven { filter.isProven = proven }
        return filter
    }

    private func count() async throws {
        let filter = self.filter(at: .now)
        let found = try await target.withOperations { try await $0.refusals.causes(filter) }
        guard !json else { return JSONOutput.print(found.json) }
        func text(_ count: Int, _ isComplete: Bool) -> String { isComplete ? "\(count)" : "\(count)+" }
        Listing.print(
            found.causes, json: nil, empty: "No refusal that is kept matches.",
            columns: [
                ("REFUSED", { text($0.count.number, !$0.count.hasMore) }), ("CODE", \.code),
                ("CLIENTS", { text($0.clientCount, $0.areAllClientsCounted) }),
                ("LATEST", { $0.latestAt?.text ?? "-" }),
                ("REFERENCE", { $0.latest ?? "-" }),
            ])
    }

    private func list() async throws {
        let filter = self.filter(at: .now)
        var proofAlone = RefusalFilter()
        if proven { proofAlone.isProven = true }
        let isFiltered = filter != proofAlone
        let entries: [AuditEntry] = try await target.withOperations { [limit, proven] in
            guard isFiltered else { return try await $0.refusals.latest(limit, onlyProven: proven) }
            return try await $0.refusals.search(filter, limit: limit)
        }
        Listing.print(
            entries, json: json ? { $0.json } : nil,
            empty: isFiltered
                ? "No refusal that is kept matches."
                : "\(proven ? "No caller who proved a key" : "Nothing") was refused yet.",
            columns: [
                ("TIME", \.at.text), ("REFERENCE", \.reference.text), ("CODE", \.code),
                ("PROVEN", { $0.isProven ? "yes" : "no" }), ("CLIENT", { $0.clientID ?? "-" }),
            ])
    }
}
