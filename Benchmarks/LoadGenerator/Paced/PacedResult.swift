import NIOCore

/// What a paced run has brought.
struct PacedResult: Sendable {
    let pace: Pace
    /// Answers that have a token in them, if they are right; whoever ends the run checks.
    private(set) var tokens: AnswerLog
    /// Answers that have the status of a refusal where one was expected.
    private(set) var refusals: AnswerLog
    /// Reasons; the run is good only without any.
    var failures: [String] = []
    var sent = 0
    /// Requests that were sent in vain.
    var unanswered = 0
    /// Of each request from the time when it was due; `nil` where no good answer came.
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
        case .token, .tokenOrBusy: tokens.append(body, request: index)
        case .refusal: refusals.append(body, request: index)
        }
    }

    /// Of the requests that were due in a time, or of those among them that are chosen by their index.
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
