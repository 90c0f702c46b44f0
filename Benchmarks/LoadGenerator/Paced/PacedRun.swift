import NIOCore

/// A run at a given pace: a request is sent when it is due, not when the previous one was answered.
///
/// So a pause of the server affects all requests due during it: latencies count from when a request was due, including the wait
/// for a free connection. A class because all connections share it; it is used on one event loop only.
final class PacedRun: RequestSource {
    static let patience = TimeAmount.seconds(20)

    let request: TokenRequest
    private let requests: PacedRequests
    private let pace: Pace
    private let stop: StopSignal
    private let promise: EventLoopPromise<PacedResult>
    private var conversations: [Conversation] = []
    /// The next connection in round-robin order, so that none stays idle for long.
    private var turn = 0
    private var limit: Int
    private var sent = 0
    private var completed = 0
    private var open = 0
    private var lastAnswer: NIODeadline
    private var result: PacedResult
    private(set) var isOver = false

    init(
        _ requests: PacedRequests, pace: Pace, stop: StopSignal, request: TokenRequest,
        promise: EventLoopPromise<PacedResult>
    ) {
        self.requests = requests
        self.pace = pace
        self.stop = stop
        self.request = request
        self.promise = promise
        limit = requests.assertions.count
        lastAnswer = pace.start
        result = PacedResult(pace: pace, capacity: requests.assertions.count)
    }

    func join(_ conversation: Conversation) {
        conversations.append(conversation)
        open += 1
    }

    func leave() {
        open -= 1
        if open == 0 { end("all connections were closed") }
    }

    /// Sends the requests that are due; called every millisecond.
    func tick() {
        let now = NIODeadline.now()
        if stop.isGiven { limit = sent }
        if completed == limit { return end(nil) }
        if now - max(lastAnswer, pace.start) > Self.patience { return end("no answer for 20 s") }
        for _ in conversations {
            guard sent < limit, pace.due(sent) <= now else { return }
            conversations[turn].proceed()
            turn = (turn + 1) % conversations.count
        }
    }

    func next() -> (index: Int, assertion: [UInt8])? {
        guard sent < limit, pace.due(sent) <= .now() else { return nil }
        defer { sent += 1 }
        return (sent, requests.assertions[sent])
    }

    func expectation(_ index: Int) -> ExpectedAnswer { requests.expectation(index) }

    func succeed(_ index: Int, _ body: ByteBuffer, sentAt: NIODeadline) {
        result.append(body, index, latency: .now() - pace.due(index), requests.expectation(index))
        complete()
    }

    func turnAway(_ index: Int, sentAt: NIODeadline) {
        result.turnedAway += 1
        complete()
    }

    func fail(_ index: Int?, _ reason: String) {
        result.failures.append(index.map { "request \($0): \(reason)" } ?? reason)
        if index != nil { complete() }
    }

    private func complete() {
        completed += 1
        lastAnswer = .now()
    }

    private func end(_ problem: String?) {
        guard !isOver else { return }
        isOver = true
        if let problem { result.failures.append(problem) }
        result.sent = sent
        result.unanswered = sent - completed
        promise.succeed(result)
    }
}
