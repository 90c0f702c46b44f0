import NIOCore

/// The state shared by the connections of an event loop: the executor of their requests, the rendered date, and the load of the turn.
///
/// `@unchecked Sendable`: `executor` and `eventLoop` are immutable; everything else is read and written on `eventLoop` only, by channel
/// handlers of that loop and by functions that hop to it.
final class LoopContext: @unchecked Sendable {
    let eventLoop: any EventLoop
    let executor: LoopExecutor
    /// Set before the first connection is accepted.
    private(set) var responder: Responder?
    private var isDraining = false
    private var connections: [ObjectIdentifier: any DrainableConnection] = [:]
    private var date = HTTPDate()
    private var scratch = ByteBuffer()
    private var load: LoopLoad

    init(_ eventLoop: any EventLoop, turnBudget: Duration) {
        self.eventLoop = eventLoop
        load = LoopLoad(budget: TimeAmount(turnBudget))
        executor = LoopExecutor(eventLoop)
    }

    func begin(_ responder: Responder) {
        eventLoop.execute { self.responder = responder }
    }

    /// Whether to answer a request that is ready now; `false` means that the loop is overloaded.
    func admitsRequest() -> Bool {
        let now = NIODeadline.now()
        if load.beginsTurn(at: now) {
            // Runs after everything that is readable has been read: the end of the turn.
            eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.load.turnEnded() }
        }
        return load.admitsRequest(at: now)
    }

    /// The current value of the `Date` field, ASCII.
    var dateText: [UInt8] {
        date.refresh()
        return date.text
    }

    /// Renders a response in HTTP/1.1 form. The socket nearly always takes it at once, so the next one reuses its memory.
    func rendered(_ response: EndpointResponse, isHead: Bool, _ persistence: ResponseBytes.Persistence) -> ByteBuffer {
        ResponseBytes.write(response, date: dateText, isHead: isHead, persistence, to: &scratch)
        return scratch
    }

    func add(_ connection: any DrainableConnection) {
        connections[ObjectIdentifier(connection)] = connection
        if isDraining { connection.drain() }
    }

    func remove(_ connection: any DrainableConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Closes idle connections at once, and the others after the responses in progress.
    func drain() {
        eventLoop.execute {
            self.isDraining = true
            for connection in self.connections.values { connection.drain() }
        }
    }

    func closeAll() {
        eventLoop.execute {
            for connection in self.connections.values { connection.closeNow() }
        }
    }
}

/// A connection that can be asked to end.
protocol DrainableConnection: AnyObject {
    var context: ChannelHandlerContext? { get }

    /// Finishes the requests in progress, takes no further one, then closes.
    func drain()
}

extension DrainableConnection {
    func closeNow() { context?.close(promise: nil) }
}

/// A task executor that runs jobs on one event loop.
///
/// A request's task prefers it: the task runs on the loop that read the request and resumes there after each suspension, without hops to
/// the global pool.
final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
