import Countersign

/// `run`: sign or load, fetch the key set, drive, check, print.
struct LoadCommand: Sendable {
    private let name: String
    private let json: Bool
    private let plan: AssertionPlan
    private let reuseFile: String?
    private let warmUp: Int
    private let fleet: Fleet
    private let process: ServerProcess?
    private let expected: Expected
    private let kind: RequestKind
    private let values: [[UInt8]]

    private enum Expected: String {
        case jwt
        case opaque
        case any
    }

    init(_ options: Options) throws {
        warmUp = try options["warm-up"] == "0" ? 0 : options.count("warm-up", default: 5000)
        plan = try AssertionPlan(options, count: try options.count("requests", default: 200_000) + warmUp)
        fleet = Fleet(server: try options.server(), connections: try options.count("connections", default: 64))
        process = try options.serverProcess()
        reuseFile = options["reuse-file"]
        name = options["name"] ?? plan.keyPair.algorithm.name
        json = options.json
        guard let expected = Expected(rawValue: options["expect"] ?? "jwt") else {
            throw LoadError.usage("--expect takes jwt, opaque or any")
        }
        self.expected = expected
        guard let kind = RequestKind(rawValue: options["kind"] ?? RequestKind.clientCredentials.rawValue) else {
            throw LoadError.usage("--kind takes \(RequestKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.kind = kind
        values = try options["values"].map(RequestKind.values) ?? []
        guard values.count <= 1 || values.count >= plan.count else {
            throw LoadError.usage("--values has \(values.count) lines for \(plan.count) requests")
        }
    }

    func run() async throws {
        let assertions = try await AssertionFile.load(plan, at: reuseFile)
        let keys = expected == .jwt ? try await PublishedKeys.read(from: fleet.server) : JWKSet([])
        Progress.say("\(name): \(assertions.count) requests over \(fleet.connections) connections")
        let begun = UnixTime.now
        let request = TokenRequest(fleet.server, kind, client: plan.clients[0].text, values: values)
        let result = try await fleet.drive(assertions, warmUp: warmUp, request: request, process: process)

        let wrong =
            kind == .clientCredentials
            ? await AnswerCheck(expected: expectation(keys, begun), plan: plan).problems(in: result.answers)
            : PeopleAnswerCheck(kind: kind, keys: keys, client: plan.clients[0]).problems(in: result.answers)
        let problems = result.failures + wrong
        let bad = problems.count + result.unanswered
        let report = LoadReport(name: name, connections: fleet.connections, clients: plan.clients.count, result)
        print(json ? report.json(wrongAnswers: bad).render() : report.text)
        guard bad == 0 else {
            let shown = problems.prefix(5).joined(separator: "\n")
            throw LoadError.failed("\(bad) of \(assertions.count) answers are wrong or missing:\n\(shown)")
        }
    }

    private func expectation(_ keys: JWKSet, _ begun: UnixTime) -> TokenExpectation {
        // The server's clock may differ slightly from ours.
        let margin = Duration.seconds(2)
        return switch expected {
        case .jwt: .jwt(keys: keys, issuer: plan.issuer, from: begun - margin, to: .now + margin)
        case .opaque: .opaque
        case .any: .any
        }
    }
}
