import Countersign
import NIOCore

/// `beside-sign-ins`: token requests at a steady pace, first alone, then while people sign in.
struct BesideSignIns: Sendable {
    /// The time until the server and its store are warm.
    private static let warmUp = Duration.seconds(3)

    private let name: String
    private let plan: AssertionPlan
    private let reuseFile: String?
    private let fleet: Fleet
    private let rate: Int
    private let signInRate: Int
    /// The length of each of the two measurements.
    private let length: Duration
    /// The cookie and the form of a sign-in.
    private let signIn: [[UInt8]]

    init(_ options: Options) throws {
        name = options["name"] ?? "beside sign-ins"
        plan = try AssertionPlan(options)
        reuseFile = options["reuse-file"]
        fleet = Fleet(server: try options.server(), connections: try options.count("connections", default: 64))
        rate = try options.count("rate", default: 1000)
        signInRate = try options.count("sign-in-rate", default: 20)
        length = .seconds(try options.count("seconds", default: 15))
        signIn = try RequestKind.values(at: try options.required("values"))
        guard signIn.count == 2 else {
            throw LoadError.usage("--values needs a line with a cookie and one with a form")
        }
    }

    func run() async throws {
        let assertions = try await AssertionFile.load(plan, at: reuseFile)
        let needed = Pace(start: .now(), rate: rate).count(in: Self.warmUp + length * 2)
        guard assertions.count >= needed else { throw LoadError.usage("--requests must be at least \(needed)") }
        let keys = try await PublishedKeys.read(from: fleet.server)
        Progress.say("\(name): \(rate) token requests/s, then \(signInRate) sign-ins/s beside them")
        let begun = UnixTime.now
        let (tokens, signIns) = try await drive(Array(assertions.prefix(needed)))
        try await PacedCheck(plan, keys: keys, begun: begun).require(tokens)
        guard signIns.failures.isEmpty, signIns.unanswered == 0 else {
            throw LoadError.failed("sign-ins failed: \(signIns.failures.prefix(5).joined(separator: "\n"))")
        }
        print(report(tokens, signIns).render())
    }

    private func drive(_ assertions: [[UInt8]]) async throws -> (tokens: PacedResult, signIns: PacedResult) {
        let pace = Pace(start: .now() + .milliseconds(500), rate: rate)
        let signIns = Pace(start: pace.start + TimeAmount(Self.warmUp + length), rate: signInRate)
        // A sign-in has no assertion.
        let forms = PacedRequests(Array(repeating: [], count: signIns.count(in: length))) { _ in .redirectOrBusy }
        let request = TokenRequest(fleet.server, .signIn, values: signIn)
        async let beside = fleet.drive(forms, signIns, request: request)
        let tokens = try await fleet.drive(PacedRequests(assertions), pace)
        return (tokens, try await beside)
    }

    private func report(_ tokens: PacedResult, _ signIns: PacedResult) -> JSONObject {
        let (start, middle) = (tokens.pace.start + TimeAmount(Self.warmUp), signIns.pace.start)
        let alone = tokens.latencies(from: start, to: middle)
        let beside = tokens.latencies(from: middle, to: middle + TimeAmount(length))
        return [
            "name": .string(name), "requests": Figures.json(tokens.sent), "rate": Figures.json(rate),
            "sign_ins": Figures.json(signIns.sent), "sign_in_rate": Figures.json(signInRate),
            "signed_in": Figures.json(signIns.sent - signIns.turnedAway),
            "alone_ms": alone.json, "beside_ms": beside.json,
        ]
    }
}
