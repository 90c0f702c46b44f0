import ArgumentParser
import Countersign

/// `countersign client key retire`.
struct ClientKeyRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Let a key be used until a moment, and no longer.",
        discussion: """
            For a change of keys: add the new one, then let the old one retire when the client will have changed over.

            EXAMPLES
              countersign client key retire billing 2026-05 --in 7d
              countersign client key retire billing 2026-05 --until 2026-12-01T00:00:00Z
            """)

    @Option(
        help: ArgumentHelp("The moment: 2026-12-01T00:00:00Z, or seconds since 1970.", valueName: "time"),
        transform: TimeArgument.read)
    var until: UnixTime?

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("From now on: \(WrittenDuration.examples).", valueName: "duration"),
        transform: IntervalArgument.read)
    var interval: Duration?

    @OptionGroup var options: ClientKeyOptions

    func validate() throws {
        guard (until == nil) != (interval == nil) else {
            throw ValidationError("the moment must be given once. Use either --until or --in.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let end = until ?? now + (interval ?? .zero)
        guard now < end else {
            throw CommandFailure("\(end.text) is past. To end a key at once, use 'countersign client key revoke'.")
        }
        guard end <= now + IntervalArgument.longest else {
            throw CommandFailure("\(end.text) is more than ten years from now. Give an earlier time.")
        }
        try await options.setStatus(.retiring(until: end), at: now)
    }
}

/// `countersign client key revoke`.
struct ClientKeyRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a key for good.",
        discussion: """
            Takes effect within a second on every running server. A revoked key never comes back, and its client does not \
            fall back to another source of keys: it stays out until it has a new key.

            EXAMPLES
              countersign client key revoke billing 2026-05
            """)

    @OptionGroup var options: ClientKeyOptions

    func run() async throws {
        let now = UnixTime.now
        try await options.setStatus(.revoked(since: now), at: now)
    }
}

/// `countersign client key activate`.
struct ClientKeyActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Take a retirement back.",
        discussion: """
            EXAMPLES
              countersign client key activate billing 2026-05
            """)

    @OptionGroup var options: ClientKeyOptions

    func run() async throws {
        try await options.setStatus(.active, at: .now)
    }
}
