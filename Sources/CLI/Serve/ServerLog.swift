import Logging
import Server

/// The server's log, on standard error: one line for each event.
struct ServerLog: Sendable {
    let logger: Logger

    /// Where nothing is to be read.
    static let silent = Logger(label: "countersign") { _ in SwiftLogNoOpLogHandler() }

    /// - Parameter level: what is written, and everything graver.
    init(level: Logger.Level) {
        var logger = Logger(label: "countersign") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        self.logger = logger
    }

    /// Writes an event. What callers sent is made visible first: no line of theirs looks like one of ours.
    @Sendable func write(_ event: ServerEvent) {
        let level: Logger.Level =
            switch event {
            case .refused: .info
            case .tolerated: .warning
            case .trouble: .error
            }
        logger.log(level: level, "\(VisibleText.oneLine(event.text))")
    }
}
