import Countersign
import NIOCore

/// `key-rotation`: under a steady load, a client publishes a new key set and then signs with the new key.
struct KeyRotation: Sendable {
    private static let warmUp = Duration.seconds(2)
    private static let before = Duration.seconds(5)
    private static let after = Duration.seconds(10)
    /// The time between the publication of the new set and the first assertion that needs it.
    private static let lead = Duration.milliseconds(100)

    private let name: String
    private let old: AssertionPlan
    private let new: AssertionPlan
    private let stage: KeySetStage

    init(_ options: Options) throws {
        name = options["name"] ?? "key rotation"
        stage = try KeySetStage(options)
        old = try AssertionPlan(options, count: stage.pace().count(in: Self.warmUp + Self.before))
        new = try AssertionPlan(
            options, count: stage.pace().count(in: Self.after), directory: try options.required("next-directory"))
    }

    func run() async throws {
        let begun = UnixTime.now
        let assertions =
            try await AssertionSigner(plan: old, now: begun).sign() + AssertionSigner(plan: new, now: begun).sign()
        let (keys, fetches, result) = try await stage.perform { keyServer in
            let keys = try await PublishedKeys.read(from: stage.fleet.server)
            let (fetches, result) = try await rotate(assertions, keyServer)
            return (keys, fetches, result)
        }
        try await PacedCheck(old, keys: keys, begun: begun).require(result)
        print(report(fetches, result).render())
    }

    /// - Returns: the number of fetches caused by the rotation, and the outcome of the load.
    private func rotate(
        _ assertions: [[UInt8]], _ keyServer: KeyServerClient
    ) async throws -> (fetches: Int, PacedResult) {
        let pace = stage.pace()
        let change = pace.due(old.count)
        let stop = StopSignal()
        defer { stop.give() }
        async let load = stage.fleet.drive(PacedRequests(assertions), pace, stop: stop)
        // Just before the first request with the new key is due. Only the pace determines this moment.
        try await Task.sleep(for: Duration(change - .now()) - Self.lead)
        let before = try await keyServer.counts()
        try await keyServer.rotate()
        guard NIODeadline.now() < change else { throw LoadError.failed("the key server took too long to rotate") }
        let result = try await load
        return (try await keyServer.counts().fetches - before.fetches, result)
    }

    private func report(_ fetches: Int, _ result: PacedResult) -> JSONObject {
        let (pace, change) = (result.pace, result.pace.due(old.count))
        let before = result.latencies(from: pace.start + TimeAmount(Self.warmUp), to: change)
        let after = result.latencies(from: change, to: .distantFuture)
        return [
            "name": .string(name), "requests": Figures.json(result.sent),
            "refused": Figures.json(0), "fetches": Figures.json(fetches),
            "before_ms": before.json, "after_ms": after.json,
        ]
    }
}
