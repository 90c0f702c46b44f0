import NIOCore

/// A run in which requests are sent when they are due, over any free connection.
///
/// A request that finds no free connection in time is not sent at all, so that the load does not slow down with the server. A class
/// because all connections share it; it is used on one event loop only.
final class OverloadRun: RequestSource {
    private static let patience = TimeAmount.seconds(10)
    /// The longest delay with which a request may be sent.
    private static let tolerance = TimeAmount.milliseconds(50)

    let request: TokenRequest
    private let assertions: [[UInt8]]
    private let load: LoadSteps
    private let promise: EventLoopPromise<OverloadResult>
    /// Opens a connection to replace one that the server has closed.
    private let reconnect: () -> Void
    private var conversations: [Conversation] = []
    private var closed = 0
    private var turn = 0
    private var taken = 0
    private var pending = 0
    private var result: OverloadResult
    private(set) var isOver = false

    init(
        _ assertions: [[UInt8]], load: LoadSteps, request: TokenRequest, promise: EventLoopPromise<OverloadResult>,
        reconnect: @escaping () -> Void
    ) {
        self.assertions = assertions
        self.load = load
        self.request = request
        self.promise = promise
        self.reconnect = reconnect
        result = OverloadResult(load: load)
    }

    func join(_ conversation: Conversation) {
        conversations.append(conversation)
    }

    func leave() {
        guard !isOver else { return }
        closed += 1
        if closed > conversations.count / 8 {
            conversations.removeAll { !$0.isOpen }
            closed = 0
        }
        reconnect()
    }

    /// Sends the requests that are due; called every millisecond.
    func tick() {
        let now = NIODeadline.now()
        for _ in conversations.indices {
            guard taken < load.count, load.due(taken) <= now else { break }
            turn = (turn + 1) % conversations.count
            conversations[turn].proceed()
        }
        while taken < load.count, load.due(taken) + Self.tolerance < now {
            result.unsent += 1
            taken += 1
        }
        if taken == load.count, pending == 0 || now > (load.steps.last?.end ?? now) + Self.patience { end() }
    }

    func next() -> (index: Int, assertion: [UInt8])? {
        guard taken < load.count, load.due(taken) <= .now() else { return nil }
        defer { taken += 1 }
        pending += 1
        return (taken, assertions[taken])
    }

    func expectation(_ index: Int) -> ExpectedAnswer { .tokenOrBusy }

    func succeed(_ index: Int, _ body: ByteBuffer, sentAt: NIODeadline) {
        result.tokens.append(body, request: index)
        note(index, isToken: true, sentAt)
    }

    func turnAway(_ index: Int, sentAt: NIODeadline) {
        note(index, isToken: false, sentAt)
    }

    func fail(_ index: Int?, _ reason: String) {
        result.failures.append(index.map { "request \($0): \(reason)" } ?? reason)
        if index != nil { pending -= 1 }
    }

    private func note(_ index: Int, isToken: Bool, _ sentAt: NIODeadline) {
        pending -= 1
        result.answers.append(OverloadResult.Answer(isToken: isToken, sentAt: sentAt, answeredAt: .now()))
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        result.unanswered = pending
        promise.succeed(result)
    }
}
