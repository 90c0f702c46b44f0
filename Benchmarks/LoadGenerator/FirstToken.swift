import Countersign
import Foundation
import NIOCore
import NIOPosix

/// `first-token`: starts the server repeatedly on the same data, each time until it has issued one token.
struct FirstToken: Sendable {
    /// The longest time that a start may take.
    static let patience = Duration.seconds(30)

    private let name: String
    private let json: Bool
    private let plan: AssertionPlan
    private let starts: Int
    private let server: ServerAddress
    private let child: ChildProcess

    init(_ options: Options) throws {
        starts = try options.count("starts", default: 10)
        plan = try AssertionPlan(options, count: starts)
        server = try options.server()
        name = options["name"] ?? "start to first token"
        json = options.json
        guard !options.command.isEmpty else { throw LoadError.usage("no command after --") }
        child = ChildProcess(command: options.command, log: options["log"], identifierFile: options["pid-file"])
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let exchange = Exchange(server: server, group: group)
        var assertions = try await AssertionSigner(plan: plan, now: .now).sign()[...]
        var milliseconds: [Double] = []
        while let assertion = assertions.popFirst() {
            if (try? await exchange.send(server.get("/health/live"))) != nil {
                throw LoadError.failed("another server already answers at \(server.authority)")
            }
            let running = try child.start()
            var hasEnded = false
            defer { if !hasEnded { running.stop() } }
            milliseconds.append(try await time(running, assertion, exchange, &hasEnded))
        }
        try await group.shutdownGracefully()
        report(milliseconds.sorted())
    }

    /// Measures from just before the process is created to the last byte of the answer.
    ///
    /// The assertion is sent again only after a refused connection: the first answer must contain the token.
    private func time(
        _ running: ChildProcess.Running, _ assertion: [UInt8], _ exchange: Exchange, _ hasEnded: inout Bool
    ) async throws -> Double {
        let request = TokenRequest(server)
        let body = request.body(for: assertion, 0, ByteBufferAllocator())
        while running.startedAt.duration(to: .now) < Self.patience {
            hasEnded = running.hasEnded()
            guard !hasEnded else { throw LoadError.failed("the server has exited") }
            let answer: Exchange.Answer
            do {
                answer = try await exchange.send(request.head(for: assertion, 0), body: body)
            } catch is NIOConnectionError {
                continue
            }
            let spent = running.startedAt.duration(to: .now)
            let token = try? JSONObject(parsing: answer.body).string("access_token")
            guard answer.status == 200, token?.text.isEmpty == false else {
                let text = String(decoding: answer.body, as: UTF8.self)
                throw LoadError.failed("the first answer is \(answer.status): \(text.prefix(500))")
            }
            return spent / .milliseconds(1)
        }
        throw LoadError.failed("no answer within \(Self.patience)")
    }

    private func report(_ sorted: [Double]) {
        let (median, first, last) = (sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1])
        let figures: [(String, JSONValue)] = [
            ("name", .string(name)), ("starts", Figures.json(sorted.count)),
            ("median_ms", Figures.json(median)), ("minimum_ms", Figures.json(first)),
            ("maximum_ms", Figures.json(last)),
        ]
        let range = "\(Figures.text(first)) to \(Figures.text(last))"
        print(
            json
                ? JSONObject(figures).render()
                : "\(name): median \(Figures.text(median)) ms of \(sorted.count) starts (\(range) ms)")
    }
}
