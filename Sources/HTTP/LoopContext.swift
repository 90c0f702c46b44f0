import NIOCore
import Server

/// What the connections of one event loop share: the executor of their requests, the rendered date, and the load of the current turn.
///
/// `@unchecked Sendable`: `executor` and `eventLoop` are immutable; everything else is read and written on `eventLoop` only, by channel
/// handlers of that loop and by `drain`, which hops to it.
final class LoopContext: @unchecked Sendable {
    let eventLoop: any EventLoop
    let executor: LoopExecutor
    private(set) var isDraining = false
    private var connections: [ObjectIdentifier: any DrainableConnection] = [:]
    private var date = HTTPDate()
    private var scratch = ByteBuffer()
    private var load: LoopLoad

    init(_ eventLoop: any EventLoop, turnBudget: Duration) {
        self.eventLoop = eventLoop
        load = LoopLoad(budget: TimeAmount(turnBudget))
        executor = LoopExecutor(eventLoop)
    }

    /// Whether a request that is ready now is answered, or turned away because the loop is overloaded.
    func admitsRequest() -> Bool {
        let now = NIODeadline.now()
        if load.beginsTurn(at: now) {
            // Runs after everything that is readable has been read, which ends the turn.
            eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.load.turnEnded() }
        }
        return load.admitsRequest(at: now)
    }

    /// The value of a `Date` field for an answer written now, ASCII.
    var dateText: [UInt8] {
        date.refresh()
        return date.text
    }

    /// An answer in HTTP/1.1 form.
    ///
    /// Answers are nearly always taken by the socket at once; then the next one is written into the same memory.
    func rendered(
        _ response: EndpointResponse, isHead: Bool, _ persistence: ResponseBytes.Persistence
    ) -> ByteBuffer {
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

    /// Closes idle connections, and lets the others close after the answers under way.
    func drain() {
        eventLoop.execute {
            self.isDraining = true
            for connection in self.connections.values { connection.drain() }
        }
    }

    /// Closes every connection, whatever it does.
    func closeAll() {
        eventLoop.execute {
            for connection in self.connections.values { connection.closeNow() }
        }
    }
}

/// A connection that can be asked to end.
protocol DrainableConnection: AnyObject {
    /// Finishes what is under way, takes no further request, then closes.
    func drain()

    /// Closes at once.
    func closeNow()
}
