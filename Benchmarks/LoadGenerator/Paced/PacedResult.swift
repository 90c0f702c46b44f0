import NIOCore

/// The outcome of a paced run.
struct PacedResult: Sendable {
    let pace: Pace
    /// The answers that should contain a token; they are checked after the run.
    private(set) var tokens: AnswerLog
    /// The answers with the status of a refusal that was expected.
    private(set) var refusals: AnswerLog
    /// The reasons of failures; a run is valid only without any.
    var failures: [String] = []
    var sent = 0
    /// The number of requests answered that the server is busy.
    var turnedAway = 0
    /// The number of requests without an answer.
    var unanswered = 0
    /// The latency of each request from when it was due; `nil` without a valid answer.
    private var latencies: [TimeAmount?]

    init(pace: Pace, capacity: Int) {
        self.pace = pace
        tokens = AnswerLog(capacity: capacity)
        refusals = AnswerLog(capacity: 0)
        latencies = Array(repeating: nil, count: capacity)
    }

    mutating func append(_ body: ByteBuffer, _ index: Int, latency: TimeAmount, _ expectation: ExpectedAnswer) {
        latencies[index] = latency
        switch expectation {
        case .token, .tokenOrBusy, .introspection, .redirect, .redirectOrBusy: tokens.append(body, request: index)
        case .refusal: refusals.append(body, request: index)
        }
    }

    /// Returns the latencies of the requests due in a time range, filtered by index.
    func latencies(
        from start: NIODeadline, to end: NIODeadline, among isMeant: (Int) -> Bool = { _ in true }
    ) -> Latencies {
        var chosen = Latencies()
        for (index, latency) in latencies.enumerated() {
            guard let latency, (start..<end).contains(pace.due(index)), isMeant(index) else { continue }
            chosen.append(latency)
        }
        return chosen
    }
}
