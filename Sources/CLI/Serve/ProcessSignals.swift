@preconcurrency import Dispatch
import Foundation

/// The signals that stop the server or reload its certificate.
struct ProcessSignals: Sendable {
    enum Request: Sendable {
        /// SIGTERM, and SIGINT from Ctrl-C.
        case terminate
        /// SIGHUP.
        case reload
    }

    let requests: AsyncStream<Request>

    /// Replaces the default handlers, and returns once no signal can be missed. The first `terminate` restores the defaults, so a second
    /// Ctrl-C ends the process at once.
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
                    continuation.yield(.terminate)
                }
            }
            // A source starts listening some time after it was resumed; an earlier signal is lost.
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
