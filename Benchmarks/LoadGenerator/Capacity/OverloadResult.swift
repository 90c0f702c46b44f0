import CountersignJOSE
import NIOCore

/// The outcome of an overload.
struct OverloadResult: Sendable {
    struct Answer: Sendable {
        /// Whether the answer is a token; otherwise it is 503 with `Retry-After`.
        let isToken: Bool
        let sentAt: NIODeadline
        let answeredAt: NIODeadline

        var latency: TimeAmount { answeredAt - sentAt }
    }

    let load: LoadSteps
    var answers: [Answer] = []
    var tokens: AnswerLog
    /// The reasons of failures; a run is valid only without any.
    var failures: [String] = []
    /// The number of requests for which no connection was free when they were due.
    var unsent = 0
    /// The number of requests without an answer.
    var unanswered = 0

    init(load: LoadSteps) {
        self.load = load
        tokens = AnswerLog(capacity: load.count)
        answers.reserveCapacity(load.count)
    }

    /// Returns the requests sent per second in a step.
    func offered(_ step: LoadSteps.Step) -> Double {
        rate(step) { $0.sentAt }
    }

    /// Returns the tokens received per second in a step.
    func goodput(_ step: LoadSteps.Step) -> Double {
        rate(step) { $0.isToken ? $0.answeredAt : nil }
    }

    private func rate(_ step: LoadSteps.Step, _ time: (Answer) -> NIODeadline?) -> Double {
        let range = step.start..<step.end
        return Double(answers.count { time($0).map(range.contains) ?? false }) / Double(step.seconds)
    }

    /// Returns the latencies of tokens, or of 503s, requested in a step.
    func latencies(_ step: LoadSteps.Step, tokens: Bool) -> Latencies {
        var latencies = Latencies()
        for answer in answers where answer.isToken == tokens && (step.start..<step.end).contains(answer.sentAt) {
            latencies.append(answer.latency)
        }
        return latencies
    }

    /// Returns the time from the start of the last step to the end of its last slice with a 503 or a median latency above `limit`
    /// (milliseconds); `nil` if the server did not recover.
    func recovery(limit: Double) -> TimeAmount? {
        guard let step = load.steps.last else { return nil }
        let slice = TimeAmount.milliseconds(50)
        var start = step.start
        var recovered = step.start
        while start < step.end {
            let sent = answers.filter { (start..<start + slice).contains($0.sentAt) }
            var latencies = Latencies()
            for answer in sent { latencies.append(answer.latency) }
            if sent.contains(where: { !$0.isToken }) || latencies.milliseconds(at: [0.5])[0] > limit {
                recovered = start + slice
            }
            start = start + slice
        }
        return recovered < step.end ? recovered - step.start : nil
    }
}
