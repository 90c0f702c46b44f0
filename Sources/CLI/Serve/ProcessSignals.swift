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

    /// Takes the signals over from the system's defaults. After the first `end` the defaults are back, so that a second Ctrl-C ends the
    /// process at once.
    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self, bufferingPolicy: .bufferingNewest(8))
        requests = stream
        let queue = DispatchQueue(label: "countersign.signals")
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
            source.resume()
            return source
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
    }
}
