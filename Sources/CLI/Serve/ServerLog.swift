import Logging
import Server

/// The server's log, on standard error: one line for each event that is logged.
struct ServerLog: Sendable {
    let logger: Logger
    let events: EventLog

    /// Discards everything.
    static let silent = Logger(label: "countersign") { _ in SwiftLogNoOpLogHandler() }

    /// - Parameter level: what is written, and everything more severe.
    init(level: Logger.Level) {
        var logger = Logger(label: "countersign") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        self.logger = logger
        events = EventLog { [logger] line, event in
            let text = line.text + (event.flatMap(Self.remedy).map { " To do: \($0)" } ?? "")
            // Text from callers is made visible, so that no line of theirs looks like one of ours.
            logger.log(level: line.severity.level, "\(VisibleText.oneLine(text))")
        }
    }

    /// The command that helps, if there is one.
    private static func remedy(_ event: ServerEvent) -> String? {
        if case .certificateExpiring(let notice, _) = event { return notice.remedy }
        if case .furtherCertificatesExpiring = event { return "countersign doctor" }
        return nil
    }
}

extension EventLog.Severity {
    fileprivate var level: Logger.Level {
        switch self {
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
