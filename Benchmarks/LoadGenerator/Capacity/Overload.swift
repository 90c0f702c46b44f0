import Countersign
import NIOCore
import NIOPosix

/// `overload`: half of the server's capacity, then twice its capacity, then half again, regardless of its answers.
struct Overload: Sendable {
    private static let calm = 4
    private static let overloaded = 6

    private let name: String
    private let capacity: Int
    private let plan: AssertionPlan
    private let reuseFile: String?
    private let fleet: Fleet
    private let process: ServerProcess?

    init(_ options: Options) throws {
        name = options["name"] ?? "overload"
        capacity = try options.count("capacity", default: 10_000)
        plan = try AssertionPlan(options, count: Self.load(capacity, start: .now()).count)
        reuseFile = options["reuse-file"]
        fleet = Fleet(server: try options.server(), connections: try options.count("connections", default: 4096))
        process = try options.serverProcess()
    }

    private static func load(_ capacity: Int, start: NIODeadline) -> LoadSteps {
        let calm = (rate: max(1, capacity / 2), seconds: Self.calm)
        return LoadSteps(start: start, [calm, (rate: capacity * 2, seconds: Self.overloaded), calm])
    }

    func run() async throws {
        let assertions = try await AssertionFile.load(plan, at: reuseFile)
        let keys = try await PublishedKeys.read(from: fleet.server)
        let begun = UnixTime.now
        let meters = Meters(server: process)
        let before = try meters.read()
        Progress.say("\(name): \(capacity / 2), \(capacity * 2), \(capacity / 2) requests per second")
        let result = try await drive(assertions)
        let after = try meters.read()
        let margin = Duration.seconds(2)
        let expected = TokenExpectation.jwt(
            keys: keys, issuer: plan.issuer, from: begun - margin, to: .now + margin)
        let problems =
            result.failures + (await AnswerCheck(expected: expected, plan: plan).problems(in: result.tokens))
        let bad = problems.count + result.unanswered
        let share = (after.own - before.own) / (Double((after.time - before.time).nanoseconds) / 1e9)
        print(report(result, wrong: bad, share: share).render())
        for problem in problems.prefix(5) { Progress.say(problem) }
    }

    private func drive(_ assertions: [[UInt8]]) async throws -> OverloadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let (fleet, capacity) = (fleet, capacity)
        let result = try await loop.flatSubmit {
            let promise = loop.makePromise(of: OverloadResult.self)
            let source = NIOLoopBoundBox<OverloadRun?>(nil, eventLoop: loop)
            // 4096 connections take a moment to open.
            let start = NIODeadline.now() + .seconds(2)
            let run = NIOLoopBound(
                OverloadRun(
                    assertions, load: Self.load(capacity, start: start), request: TokenRequest(fleet.server),
                    promise: promise,
                    reconnect: { source.value.map { fleet.reconnect(NIOLoopBound($0, eventLoop: loop)) } }),
                eventLoop: loop)
            source.value = run.value
            fleet.connect(run, on: loop).whenComplete { outcome in
                switch outcome {
                case .success:
                    loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { task in
                        run.value.tick()
                        if run.value.isOver {
                            source.value = nil
                            task.cancel()
                        }
                    }
                case .failure(let error): promise.fail(error)
                }
            }
            return promise.futureResult
        }.get()
        try await group.shutdownGracefully()
        return result
    }

    private func report(_ result: OverloadResult, wrong: Int, share: Double) -> JSONObject {
        let (calm, overload) = (result.load.steps[0], result.load.steps[1])
        let usual = result.latencies(calm, tokens: true).milliseconds(at: [0.5])[0]
        let recovery = result.recovery(limit: max(5, usual * 3))
        return [
            "name": .string(name), "capacity": Figures.json(capacity),
            "offered_per_second": Figures.json(result.offered(overload)),
            "goodput_per_second": Figures.json(result.goodput(overload)),
            "calm_ms": result.latencies(calm, tokens: true).json,
            "tokens_ms": result.latencies(overload, tokens: true).json,
            "busy_ms": result.latencies(overload, tokens: false).json,
            "recovery_ms": recovery.map { Figures.json(Double($0.nanoseconds) / 1e6) } ?? .null,
            "unsent": Figures.json(result.unsent), "wrong_answers": Figures.json(wrong),
            "load_generator_cpu_share": Figures.json(share),
        ]
    }
}
