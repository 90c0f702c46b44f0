@preconcurrency import Dispatch
import Foundation

/// The signals that tell a server to end or to read its certificate again.
struct ProcessSignals: Sendable {
    /// What an operator wants.
    enum Request: Sendable {
        /// SIGTERM, and SIGINT from Ctrl-C.
        case end
        /// SIGHUP.
        case reload
    }

    /// Requests in the order in which they came.
    let requests: AsyncStream<Request>

    /// Takes the signals over from the system's defaults, and returns when none can be missed any more. After the first `end` the
    /// defaults are back, so that a second Ctrl-C ends the process at once.
    init() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self, bufferingPolicy: .bufferingNewest(8))
        requests = stream
        let queue = DispatchQueue(label: "countersign.signals")
        let (registrations, registered) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP {
                    continuation.yield(.reload)
                } else {
                    for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
                    continuation.yield(.end)
                }
            }
            // A source listens some time after it was resumed; a signal that comes before is lost.
            source.setRegistrationHandler { registered.yield() }
            source.resume()
            return source
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
        var waiting = registrations.makeAsyncIterator()
        for _ in sources { await waiting.next() }
    }
}
