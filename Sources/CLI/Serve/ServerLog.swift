import Administration
import Logging

/// The server's log, on standard error: one line for each event that is logged.
struct ServerLog: Sendable {
    let logger: Logger
    let events: EventLog

    /// - Parameter level: the least severe level that is written.
    init(level: Logger.Level) {
        var logger = Logger(label: "countersign") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        self.logger = logger
        events = EventLog { [logger] line, event in
            let text = line.text + (event.flatMap(Self.remedy).map { " To do: \($0)" } ?? "")
            // Control characters from callers are escaped, so that they cannot forge log lines.
            logger.log(level: line.severity.level, "\(VisibleText.oneLine(text))")
        }
    }

    /// Returns the command that fixes the cause, if there is one.
    private static func remedy(_ event: ServerEvent) -> String? {
        if case .certificateExpiring(let notice, _) = event { return notice.remedy.text }
        if case .furtherCertificatesExpiring = event { return "countersign expiry" }
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
