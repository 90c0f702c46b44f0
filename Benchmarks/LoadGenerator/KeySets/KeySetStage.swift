import NIOCore
import NIOPosix

/// A server and its key server, both started and stopped by the benchmark.
struct KeySetStage: Sendable {
    let fleet: Fleet
    /// The delay of the key server's answers.
    let delay: Duration
    private let rate: Int
    private let keyServer: ServerAddress
    private let keyServerChild: ChildProcess
    private let serverChild: ChildProcess

    init(_ options: Options) throws {
        fleet = Fleet(server: try options.server(), connections: try options.count("connections", default: 256))
        rate = try options.count("rate", default: 1000)
        delay = .milliseconds(try options.count("delay", default: 200))
        keyServer = try options.keyServer()
        var command = [
            CommandLine.arguments[0], "key-server", "--key-server", keyServer.authority,
            "--delay", String(delay.milliseconds), "--key-set", try options.required("key-set"),
        ]
        if let next = options["next-key-set"] { command += ["--next-key-set", next] }
        keyServerChild = ChildProcess(command: command, log: nil, identifierFile: nil)
        guard !options.command.isEmpty else { throw LoadError.usage("no command after --") }
        serverChild = ChildProcess(command: options.command, log: options["log"], identifierFile: nil)
    }

    /// Returns a pace that begins in a moment, when all connections are open.
    func pace() -> Pace { Pace(start: .now() + .milliseconds(500), rate: rate) }

    func perform<Value: Sendable>(_ body: (KeyServerClient) async throws -> Value) async throws -> Value {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let keys = try keyServerChild.start()
        defer { keys.stop() }
        try await Readiness(keyServer, ServerProcess(identifier: keys.identifier), path: "/counts").wait()
        let server = try serverChild.start()
        defer { server.stop() }
        try await Readiness(fleet.server, ServerProcess(identifier: server.identifier)).wait()
        let value = try await body(KeyServerClient(keyServer, group))
        try await group.shutdownGracefully()
        return value
    }
}
