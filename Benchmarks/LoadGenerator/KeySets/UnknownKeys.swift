import Countersign
import NIOCore

/// `unknown-keys`: an attacker sends assertions in a client's name, each with another `kid`, interleaved with the client's own.
struct UnknownKeys: Sendable {
    /// One request in this many is the client's own.
    private static let ownEvery = 11

    private let name: String
    private let plan: AssertionPlan
    private let stage: KeySetStage
    private let seconds: Int
    /// The server's `remote_keys.cool_down_seconds`.
    private let coolDown: Int

    init(_ options: Options) throws {
        name = options["name"] ?? "unknown keys"
        stage = try KeySetStage(options)
        seconds = try options.count("seconds", default: 32)
        coolDown = try options.count("cool-down", default: 30)
        plan = try AssertionPlan(
            options, count: stage.pace().count(in: .seconds(seconds)), registeredKeyEvery: Self.ownEvery)
    }

    func run() async throws {
        let begun = UnixTime.now
        let assertions = try await AssertionSigner(plan: plan, now: begun).sign()
        let (keys, fetches, result) = try await stage.perform { keyServer in
            let keys = try await PublishedKeys.read(from: stage.fleet.server)
            // The first fetch is not caused by an unknown key.
            while try await keyServer.counts().fetches == 0 { try await Task.sleep(for: .milliseconds(50)) }
            // Fetches that were under way when the count was read have ended by then.
            try await Task.sleep(for: stage.delay * 2)
            let before = try await keyServer.counts()
            let requests = PacedRequests(assertions) { plan.namesRegisteredKey($0) ? .token : .refusal }
            let result = try await stage.fleet.drive(requests, stage.pace())
            return (keys, try await keyServer.counts().fetches - before.fetches, result)
        }
        try await PacedCheck(plan, keys: keys, begun: begun).require(result)
        print(report(fetches, result).render())
    }

    private func report(_ fetches: Int, _ result: PacedResult) -> JSONObject {
        let own = result.latencies(from: result.pace.start, to: .distantFuture, among: plan.namesRegisteredKey)
        return [
            "name": .string(name), "requests": Figures.json(result.sent),
            "seconds": Figures.json(seconds), "cool_down_seconds": Figures.json(coolDown),
            "cool_downs": Figures.json((seconds + coolDown - 1) / coolDown), "fetches": Figures.json(fetches),
            "own_ms": own.json,
        ]
    }
}
