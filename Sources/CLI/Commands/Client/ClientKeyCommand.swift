import Administration
import ArgumentParser

struct ClientKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "List a client's keys, retire them and revoke them.",
        discussion: """
            A key is named by its kid or by its RFC 7638 thumbprint, which means all registrations of the key. New keys \
            are added with 'client edit'. Keys of a key set at a URL are managed where it is published, certificates of \
            the key store with 'keystore'.
            """,
        subcommands: [
            ClientKeyList.self, ClientKeyUses.self, ClientKeyRetire.self, ClientKeyRevoke.self, ClientKeyActivate.self,
        ])
}

/// The arguments that name a client's key.
struct ClientKeyOptions: ParsableArguments {
    @Argument(help: "The client ID.", completion: StoreNames.clients)
    var id: String

    @Argument(help: "The key's kid or RFC 7638 thumbprint.", completion: StoreNames.keys)
    var key: String

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print the registration as JSON.")
    var json = false

    /// Changes the key's status and prints the client.
    func setStatus(_ status: KeyAvailability, at now: UnixTime) async throws {
        let change = try await target.withOperations {
            try await $0.clients.setStatus(status, ofKey: key, of: id)
        }
        note(change, status)
        ClientWarnings.print(about: change.details, at: now)
        if json { JSONOutput.print(change.details.json) } else { print(change.details.text(at: now)) }
    }

    /// Reports that several registrations of the key changed, or that others did not.
    private func note(_ change: ClientAdministration.StatusChange, _ status: KeyAvailability) {
        if change.named > 1 {
            let participle =
                switch status {
                case .active: "activated"
                case .retiring: "set to retire"
                case .revoked: "revoked"
                }
            let rest = change.changed < change.named ? "; the others are revoked and stay so" : ""
            Terminal.note(
                """
                The key is registered \(change.named) times with the thumbprint \(change.thumbprint): \(change.changed) \
                \(change.changed == 1 ? "was" : "were") \(participle)\(rest).
                """)
        }
        if let ended = change.endedGrants {
            Terminal.note("The key's grants ended: \(ended == 0 ? "it had none" : String(ended)).")
        }
        guard status != .active, !change.others.isEmpty else { return }
        let names = change.others.map { $0.jwk.keyID.map { VisibleText.of($0.text) } ?? "no kid" }
        Terminal.warn(
            """
            The same key is also registered under other names (\(names.joined(separator: ", "))), which do not change. \
            To reach all of them, name the thumbprint \(change.thumbprint).
            """)
    }
}

struct ClientKeyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a client's keys that are in force.",
        discussion: """
            EXAMPLES
              countersign client key list billing
              countersign client key list billing --json
            """)

    @OptionGroup var client: ClientArguments

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let now = UnixTime.now
        let details = try await client.details()
        Listing.print(
            details.keysInForce, json: json ? { $0.json(at: now) } : nil,
            empty: "No keys: \(ShellCommand.show(client.id))",
            columns: [
                ("KID", { $0.jwk.keyID?.text ?? "-" }), ("THUMBPRINT", \.jwk.thumbprint),
                ("KEY", \.jwk.key.summary), ("STATUS", { $0.status?.text(at: now) ?? "active" }),
                ("ADDED", { $0.addedAt?.text ?? "-" }),
                ("LAST USED", { $0.lastUsedAt?.text ?? "never" }),
            ])
    }
}

struct ClientKeyUses: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uses", abstract: "Show how often each key was used, and how far a rotation is.",
        discussion: """
            A request is in the counts ten seconds later at most. They go back eight days. With --json, also the latest fetches of \
            a key set.

            EXAMPLES
              countersign client key uses billing
              countersign client key uses billing --json
            """)

    @OptionGroup var client: ClientArguments

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try await client.target.withOperations { try await $0.clients.keyReport(of: client.id, at: .now) }
        guard !json else { return JSONOutput.print(report.json) }
        Listing.print(
            report.details.keysInForce, json: nil, empty: "No keys: \(ShellCommand.show(client.id))",
            columns: [
                ("KID", { $0.jwk.keyID?.text ?? "-" }), ("THUMBPRINT", \.jwk.thumbprint),
                ("STATUS", { $0.status?.text(at: report.now) ?? "active" }),
                (
                    "SINCE \(report.recentlySince.text.dropFirst(11).prefix(5))",
                    { report.recent(of: $0.jwk.thumbprint).text }
                ),
                ("24 HOURS", { report.day(of: $0.jwk.thumbprint).text }),
                ("LAST USED", { $0.lastUsedAt?.text ?? "never" }),
            ])
        if let rotation = report.rotation { print("\n" + VisibleText.of(rotation.text)) }
    }
}

extension ClientKeyReport.Traffic {
    /// `9811 (98%)`
    fileprivate var text: String { "\(uses)" + (percent.map { " (\($0)%)" } ?? "") }
}

extension KeyRotation {
    /// Where it stands, and what to do.
    fileprivate var text: String {
        let name = new.jwk.keyID?.text ?? new.jwk.thumbprint
        return switch step {
        case .add, .seeInUse: "Rotation: \(name) has not been used yet. The older keys keep working."
        case .moveTraffic: "Rotation: \(name) is in use, and so is an older key."
        case .retire:
            "Rotation: \(name) is in use. Give the older key an end with 'client key retire', or wait for the end that it has."
        case .done: "Rotation: done. \(name) has replaced the older key."
        }
    }
}

struct ClientKeyRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Set the time when a key stops working.",
        discussion: """
            To rotate a key: add the new one, then retire the old one at a time by which the client has switched.

            EXAMPLES
              countersign client key retire billing 2026-05 --in 7d
              countersign client key retire billing 2026-05 --until 2026-12-01T00:00:00Z
            """)

    @Option(
        help: ArgumentHelp("The time: 2026-12-01T00:00:00Z, or seconds since 1970.", valueName: "time"),
        transform: Transform.time)
    var until: UnixTime?

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("The time from now: \(DurationText.examples).", valueName: "duration"),
        transform: Transform.interval)
    var interval: Duration?

    @OptionGroup var options: ClientKeyOptions

    func validate() throws {
        guard (until == nil) != (interval == nil) else {
            throw ValidationError("the time must be given once. Use either --until or --in.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let end = until ?? now + (interval ?? .zero)
        guard now < end else {
            throw CommandFailure(
                "\(end.text) is in the past. To end a key at once, use 'countersign client key revoke'.")
        }
        guard end <= now + Transform.longestInterval else {
            throw CommandFailure("\(end.text) is more than ten years from now. Give an earlier time.")
        }
        try await options.setStatus(.retiring(until: end), at: now)
    }
}

struct ClientKeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key permanently.",
        discussion: """
            Takes effect within a second on every running server. A revoked key cannot be reactivated, and its client does not \
            fall back to another source of keys: it cannot authenticate until it has a new key. With --revoke-grants-with-key \
            in the client's registration, the grants of people that the key began end as well.

            EXAMPLES
              countersign client key revoke billing 2026-05
            """)

    @OptionGroup var options: ClientKeyOptions

    func run() async throws {
        let now = UnixTime.now
        try await options.setStatus(.revoked(since: now), at: now)
    }
}

struct ClientKeyActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Cancel a key's retirement.",
        discussion: """
            EXAMPLES
              countersign client key activate billing 2026-05
            """)

    @OptionGroup var options: ClientKeyOptions

    func run() async throws {
        try await options.setStatus(.active, at: .now)
    }
}
