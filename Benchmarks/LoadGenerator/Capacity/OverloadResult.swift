import CountersignJOSE
import NIOCore

/// What came of an overload.
struct OverloadResult: Sendable {
    struct Answer: Sendable {
        /// A token, or 503 with `Retry-After`.
        let isToken: Bool
        let sentAt: NIODeadline
        let answeredAt: NIODeadline

        var latency: TimeAmount { answeredAt - sentAt }
    }

    let load: LoadSteps
    var answers: [Answer] = []
    var tokens: AnswerLog
    /// Reasons; the run is good only without any.
    var failures: [String] = []
    /// Requests for which no connection was free when they were due.
    var unsent = 0
    /// Requests without an answer.
    var unanswered = 0

    init(load: LoadSteps) {
        self.load = load
        tokens = AnswerLog(capacity: load.count)
        answers.reserveCapacity(load.count)
    }

    /// Requests sent in a second of a step.
    func offered(_ step: LoadSteps.Step) -> Double {
        rate(step) { $0.sentAt }
    }

    /// Tokens received in a second of a step.
    func goodput(_ step: LoadSteps.Step) -> Double {
        rate(step) { $0.isToken ? $0.answeredAt : nil }
    }

    private func rate(_ step: LoadSteps.Step, _ time: (Answer) -> NIODeadline?) -> Double {
        let range = step.start..<step.end
        return Double(answers.count { time($0).map(range.contains) ?? false }) / Double(step.seconds)
    }

    /// Of tokens, or of 503, that were asked for in a step.
    func latencies(_ step: LoadSteps.Step, tokens: Bool) -> Latencies {
        var latencies = Latencies()
        for answer in answers where answer.isToken == tokens && (step.start..<step.end).contains(answer.sentAt) {
            latencies.append(answer.latency)
        }
        return latencies
    }

    /// The time from the start of the last step to the last slice of it in which a request was turned away, or half of them took longer
    /// than they should.
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
