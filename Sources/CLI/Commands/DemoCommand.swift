import ArgumentParser
import Foundation
import Server

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run the whole flow once, with a running server at the end.",
        discussion: """
            In a temporary directory: a key pair, a client, a server on a free port, an assertion, a token over HTTP, and the \
            same assertion refused the second time. Each step shows the command you would type.

            EXAMPLES
              countersign demo
              countersign demo --once
            """)

    @Flag(help: "End after the steps; the exit status reports whether all of them succeeded.")
    var once = false

    func run() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "countersign-demo-\(UInt32.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let demonstration = try await Demonstration(directory: directory)
        let flags: SettingsLayer = [
            Settings.known.data.key: GivenValue(value: .text(demonstration.dataDirectory), origin: .flag("--data")),
            Settings.known.listen.key: GivenValue(value: .text("127.0.0.1:0"), origin: .flag("--listen")),
            Settings.known.logLevel.key: GivenValue(value: .text("error"), origin: .flag("--log-level")),
        ]
        let server = try await RunningServer.prepare(try ServerConfiguration(flags: flags))
        let (issuers, listening) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await server.run { urls, _ in listening.yield(urls.issuer) }
            }
            for await issuer in issuers {
                try await demonstration.show(issuer, writingAudit: server.flushAudit)
                if once {
                    // Like Ctrl-C: pending requests are finished, and the store is closed.
                    kill(getpid(), SIGTERM)
                } else {
                    demonstration.sayGoodbye(issuer)
                }
            }
            try await group.waitForAll()
        }
    }
}
