import Countersign
import NIOCore

/// `refresh-storm`: under a steady load, the key sets of all clients expire.
struct RefreshStorm: Sendable {
    /// The longest time until all sets have been fetched again.
    private static let patience = Duration.seconds(60)
    /// The time until the server and its store are warm.
    private static let warmUp = Duration.seconds(4)
    /// How long the key server is watched for additional fetches.
    private static let aftermath = Duration.seconds(3)

    private let name: String
    private let plan: AssertionPlan
    private let reuseFile: String?
    private let stage: KeySetStage
    /// When the first set is due, as printed by StoreFiller.
    private let due: UnixTime

    init(_ options: Options) throws {
        name = options["name"] ?? "refresh storm"
        plan = try AssertionPlan(options)
        reuseFile = options["reuse-file"]
        stage = try KeySetStage(options)
        due = UnixTime(seconds: Int64(try options.count("due", default: 0)))
    }

    private struct Outcome {
        let result: PacedResult
        let counts: FetchCounts
        /// The time from when the first set was due until the last one was fetched.
        let storm: Range<NIODeadline>
    }

    func run() async throws {
        let assertions = try await AssertionFile.load(plan, at: reuseFile)
        let begun = UnixTime.now
        let (keys, outcome) = try await stage.perform { keyServer in
            (try await PublishedKeys.read(from: stage.fleet.server), try await provoke(assertions, keyServer))
        }
        try await PacedCheck(plan, keys: keys, begun: begun).require(outcome.result)
        print(report(outcome).render())
    }

    private func provoke(_ assertions: [[UInt8]], _ keyServer: KeyServerClient) async throws -> Outcome {
        let pace = stage.pace()
        let start = NIODeadline.now() + TimeAmount(due - UnixTime.now)
        guard pace.start + TimeAmount(Self.warmUp * 2) < start else {
            throw LoadError.failed("the sets expire before the baseline can be measured")
        }
        Progress.say(
            "\(name): \(plan.clients.count) key sets expire in \((start - .now()).nanoseconds / 1_000_000_000) s")
        let stop = StopSignal()
        defer { stop.give() }
        async let load = stage.fleet.drive(PacedRequests(assertions), pace, stop: stop)
        // The storm begins by the clock, when the first set is due; there is no event to wait for.
        try await Task.sleep(for: due - UnixTime.now)
        guard try await keyServer.counts().fetches == 0 else {
            throw LoadError.failed("key sets were read before they were due")
        }
        while try await keyServer.counts().uris < plan.clients.count {
            guard UnixTime.now < due + Self.patience else {
                throw LoadError.failed("not all key sets were read again: \(try await keyServer.counts())")
            }
            // The key server must be polled.
            try await Task.sleep(for: .milliseconds(250))
        }
        let end = NIODeadline.now() + TimeAmount(stage.delay)
        try await Task.sleep(for: Self.aftermath)
        stop.give()
        return Outcome(result: try await load, counts: try await keyServer.counts(), storm: start..<end)
    }

    private func report(_ outcome: Outcome) -> JSONObject {
        let (result, storm) = (outcome.result, outcome.storm)
        let before = result.latencies(from: result.pace.start + TimeAmount(Self.warmUp), to: storm.lowerBound)
        let during = result.latencies(from: storm.lowerBound, to: storm.upperBound)
        let seconds = Double((storm.upperBound - storm.lowerBound).nanoseconds) / 1e9
        return [
            "name": .string(name), "key_sets": Figures.json(plan.clients.count),
            "requests": Figures.json(result.sent), "seconds": Figures.json(seconds),
            "before_ms": before.json, "during_ms": during.json,
            "as_slow_as_a_fetch": Figures.json(during.count(from: stage.delay)),
            "key_server": .object(outcome.counts.json),
        ]
    }
}
