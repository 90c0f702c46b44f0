import NIOCore

/// A run at full speed: a warm-up, then the measured requests on the same connections.
///
/// A class because all connections share it; it is used on one event loop only. The meters are read after the last answer of the warm-up.
final class LoadRun: RequestSource {
    let request: TokenRequest
    private let assertions: [[UInt8]]
    private let warmUp: Int
    private let promise: EventLoopPromise<LoadResult>
    private let meters: Meters
    private var conversations: [Conversation] = []
    private var open = 0
    private var hasBegun = false
    /// The numbers of requests that may be taken, were taken, and were answered.
    private var limit: Int
    private var taken = 0
    private(set) var completed = 0
    private var result: LoadResult
    private var isOver = false

    /// - Parameter warmUp: the number of assertions used before the measurement starts.
    init(
        _ assertions: [[UInt8]], warmUp: Int, request: TokenRequest, server: ServerProcess?,
        promise: EventLoopPromise<LoadResult>
    ) {
        self.assertions = assertions
        self.warmUp = warmUp
        self.request = request
        self.promise = promise
        limit = warmUp
        meters = Meters(server: server)
        result = LoadResult(capacity: assertions.count)
    }

    func join(_ conversation: Conversation) {
        conversations.append(conversation)
        open += 1
        // NIO reports the last connection as connected before it is active.
        if hasBegun { conversation.proceed() }
    }

    /// Called when a connection has closed; after the last one, unsent requests cannot be sent any more.
    func leave() {
        open -= 1
        if open == 0, hasBegun { end() }
    }

    /// Called when all connections are open.
    func begin() {
        hasBegun = true
        if warmUp == 0 { beginMeasuring() } else { proceed() }
    }

    func next() -> (index: Int, assertion: [UInt8])? {
        guard taken < limit else { return nil }
        defer { taken += 1 }
        return (taken, assertions[taken])
    }

    func expectation(_ index: Int) -> ExpectedAnswer { request.kind.expectedAnswer }

    func succeed(_ index: Int, _ body: ByteBuffer, sentAt: NIODeadline) {
        result.answers.append(body, request: index)
        if index >= warmUp { result.latencies.append(.now() - sentAt) }
        complete()
    }

    /// - Parameter index: the index of the request, if known.
    func fail(_ index: Int?, _ reason: String) {
        result.failures.append(index.map { "request \($0): \(reason)" } ?? reason)
        if index != nil { complete() }
    }

    /// Called after too long a time without an answer.
    func giveUp() {
        guard !isOver else { return }
        result.failures.append("no answer for \(Watchdog.patience.nanoseconds / 1_000_000_000) s")
        end()
    }

    private func complete() {
        completed += 1
        let measured = completed - warmUp
        let quarter = max(1, (assertions.count - warmUp) / 4)
        if completed == limit {
            if limit < assertions.count { beginMeasuring() } else { end() }
        } else if measured > 0, measured.isMultiple(of: quarter), measured / quarter < 4 {
            note { try result.sampleMemory(meters) }
        }
    }

    private func beginMeasuring() {
        limit = assertions.count
        note { try result.start(meters) }
        proceed()
    }

    private func proceed() {
        for conversation in conversations { conversation.proceed() }
    }

    private func end() {
        guard !isOver else { return }
        isOver = true
        note { try result.stop(meters) }
        result.unanswered = assertions.count - completed
        promise.succeed(result)
    }

    /// A meter that cannot be read invalidates the run, but does not stop it.
    private func note(_ reading: () throws -> Void) {
        do {
            try reading()
        } catch {
            result.failures.append("\(error)")
        }
    }
}
