import Administration
import ArgumentParser

struct ExpiryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expiry", abstract: "List everything that ends at a known time.",
        discussion: """
            Certificates and keys of clients, the key store, keys at JWKS URIs, secrets, registration tokens and server \
            keys: the next to end first, after those that have ended within the last 31 days. With --until alone, all that \
            ended before is listed. The TLS certificate is known to a running server only (--server).

            EXAMPLES
              countersign expiry --within 30d
              countersign expiry --client billing --json
              countersign expiry --kind keystore_certificate
              countersign expiry --since 2026-12-01T00:00:00Z --until 2027-01-01T00:00:00Z
              countersign expiry --ics expiry.ics
            """)

    @Option(help: "List only what ends within 7d, 30d or the like.", transform: Transform.interval)
    var within: Duration?

    @Option(
        help: ArgumentHelp("List only what ends at this time or later.", valueName: "time"), transform: Transform.time)
    var since: UnixTime?

    @Option(
        help: ArgumentHelp("List only what ends before this time.", valueName: "time"), transform: Transform.time)
    var until: UnixTime?

    @Option(help: "List only this kind, such as client_certificate or client_secret.")
    var kind: String?

    @Option(
        help: ArgumentHelp("List only what this client depends on.", valueName: "id"), completion: StoreNames.clients)
    var client: String?

    @Option(help: "The number of things to list, 1 to 10000.")
    var limit = 100

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write a file for calendar programs (RFC 5545), \(CalendarFile.maximumEvents) events at most.",
            valueName: "file"), completion: .file(extensions: ["ics"]))
    var ics: String?

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
        guard ics == nil || !json else { throw ValidationError("Give --json or --ics, not both.") }
        guard within == nil || until == nil else { throw ValidationError("Give --within or --until, not both.") }
        guard ics == nil || since == nil && until == nil else {
            throw ValidationError(
                "A calendar file has the last 31 days and all that is to come: no --since or --until.")
        }
        guard let kind, Expiration.Kind(rawValue: kind) == nil else { return }
        let kinds = Expiration.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--kind: '\(kind)' is not one of \(kinds).")
    }

    /// What is listed.
    func filter(at now: UnixTime) -> ExpiryFilter {
        ExpiryFilter(
            from: since ?? (until == nil ? now - CalendarFile.past : .distantPast),
            until: until ?? within.map { now + $0 } ?? .distantFuture,
            kind: kind.flatMap(Expiration.Kind.init), client: client.map { ClientID($0) })
    }

    func run() async throws {
        let now = UnixTime.now
        let filter = filter(at: now)
        let target = try self.target.target()
        let entries = try await target.withOperations {
            ics == nil
                ? try await $0.expiry.expiring(filter, limit: limit) : try await $0.expiry.calendar(filter, at: now)
        }
        if let ics {
            let bytes = CalendarFile(entries, issuer: target.place, at: now).bytes
            return try NewFile.write(bytes, to: ics, for: .ownerOnly, replaces: true)
        }
        Listing.print(
            entries, json: json ? { $0.json } : nil, empty: "Nothing ends in that time.",
            columns: [
                ("ENDS", \.expiration.at.text), ("LEFT", { Self.left($0.expiration.at, at: now) }),
                ("KIND", \.expiration.kind.rawValue), ("CLIENT", { $0.expiration.client?.text ?? "-" }),
                ("NAME", \.expiration.name.text), ("TO DO", { $0.command ?? $0.remedy }),
            ])
    }

    private static func left(_ end: UnixTime, at now: UnixTime) -> String {
        now < end ? (end - now).text : "ended"
    }
}
