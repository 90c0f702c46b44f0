import Synchronization

/// A log of events, rate-limited by kind: unauthenticated callers must not fill a disk, nor crowd out the lines of another kind.
///
/// A class because all parts of a server share the limits.
package final class EventLog: Sendable {
    package struct Line: Sendable, Equatable {
        package let severity: Severity
        package let text: String

        init(_ severity: Severity, _ text: String) {
            self.severity = severity
            self.text = text
        }
    }

    package enum Severity: Sendable {
        /// A request was refused.
        case info
        /// Something an operator asked for has happened.
        case notice
        /// Something works, but not for much longer or not for all clients.
        case warning
        /// The server cannot do some or all of its work.
        case error
    }

    private let clock: @Sendable () -> UnixTime
    private let write: @Sendable (Line, ServerEvent?) -> Void
    private let limits = Mutex(Kind.allCases.map { LineLimit(linesPerSecond: $0.linesPerSecond) })

    /// - Parameters:
    ///   - clock: for the rate limits.
    ///   - write: writes a line. The event is `nil` for a line that only counts suppressed ones.
    package init(
        clock: @escaping @Sendable () -> UnixTime = { .now }, write: @escaping @Sendable (Line, ServerEvent?) -> Void
    ) {
        self.clock = clock
        self.write = write
    }

    /// Writes the line of an event, with the trace of the request that it belongs to, unless the rate limit of its kind is exceeded.
    package func record(_ event: ServerEvent) {
        var suffix = ""
        if let kind = event.kind {
            let now = clock()
            guard let suppressed = limits.withLock({ $0[kind.rawValue].admit(at: now) }) else { return }
            if suppressed > 0 { suffix = " (\(suppressed) lines before this one were suppressed)" }
        }
        // After the limit: a line that is suppressed costs nothing.
        guard let line = event.line else { return }
        write(Line(line.severity, line.text + (TraceContext.current?.text ?? "") + suffix), event)
    }

    /// Reports suppressed lines that no later line has reported, until its task is cancelled.
    package func run(every interval: Duration = .seconds(1)) async {
        await repeatedly(every: interval) { self.reportSuppressed() }
    }

    func reportSuppressed() {
        for kind in Kind.allCases {
            let now = clock()
            let count = limits.withLock { $0[kind.rawValue].takeSuppressed(at: now) }
            if count > 0, let line = kind.suppressedLine(count) { write(line, nil) }
        }
    }

    /// A kind of event, whose lines share one rate limit.
    fileprivate enum Kind: Int, CaseIterable {
        case provenRefusal
        case unprovenRefusal
        case clientWarning
        case unprovenKeySet
        case storeProblem
        case keySetStoreProblem
        case signIn
        case registration

        var linesPerSecond: Int {
            switch self {
            case .provenRefusal, .unprovenRefusal, .clientWarning, .signIn, .registration: 50
            case .unprovenKeySet, .storeProblem: 5
            case .keySetStoreProblem: 3
            }
        }

        /// - Returns: `nil` for kinds whose lines hardly differ: the next one counts those before it.
        func suppressedLine(_ count: Int) -> Line? {
            switch self {
            case .provenRefusal:
                Line(.info, "\(count) more lines about refused callers who proved a key were suppressed")
            case .unprovenRefusal:
                Line(.info, "\(count) more lines about refused callers who proved no key were suppressed")
            case .clientWarning: Line(.warning, "\(count) more warnings about clients were suppressed")
            case .signIn: Line(.info, "\(count) more lines about people who sign in were suppressed")
            case .registration:
                Line(.info, "\(count) more lines about clients that register themselves were suppressed")
            case .unprovenKeySet, .storeProblem, .keySetStoreProblem: nil
            }
        }
    }
}

extension ServerEvent {
    fileprivate var kind: EventLog.Kind? {
        switch self {
        case .assertionRefused(_, _, _, _, let isProven): isProven ? .provenRefusal : .unprovenRefusal
        case .requestRefused, .registrationRefused, .secretRefused: .unprovenRefusal
        case .assertionTolerated, .logoutNoticeRefused: .clientWarning
        case .storeUnavailable, .logoutNoticesNotRead: .storeProblem
        case .keySetUnreadable(_, _, _, let isProven), .keySetReadableAgain(_, let isProven),
            .unusableKeys(_, _, let isProven):
            isProven ? nil : .unprovenKeySet
        case .keySetNotRefreshed, .keySetsNotListed: .keySetStoreProblem
        case .signedIn, .signInFailed: .signIn
        case .clientRegistered, .clientChangedItself, .clientRemovedItself: .registration
        case .tokenIssued, .documentRead, .notReady, .administrationFailed, .certificateExpiring, .expiring,
            .furtherCertificatesExpiring, .certificatesNotChecked,
            .tlsCertificateReloaded, .tlsCertificateNotReloaded, .sealingKeysNotRenewed, .signingKeysNotRead,
            .keyUsesNotWritten, .clientURLsNotWritten, .clientURLsNotRead, .expiredRowsNotRemoved,
            .sessionUsesNotWritten, .logoutNoticeFailed, .logoutNoticesAcceptedAgain, .logoutNoticesAbandoned,
            .registrationUsesNotWritten, .registrationsExpired, .administratorMade, .consoleFailed,
            .changeLogCountersigned, .changeLogDamaged, .changeLogNotCountersigned, .figuresNotWritten, .figuresNotRead,
            .changesCountersignedLate:
            nil
        }
    }

    /// The event as a log line; `nil` for one that is only counted.
    fileprivate var line: EventLog.Line? {
        switch self {
        case .tokenIssued, .documentRead: nil
        case .assertionRefused(let code, let client, let address, let reference, _):
            Self.refusal(code.rawValue, client, address, reference)
        case .requestRefused(let code, let client, let address, let reference):
            Self.refusal(code.rawValue, client, address, reference)
        case .secretRefused(let client, let address, let reference):
            Self.refusal(OAuthError.Code.invalidClient.rawValue, client, address, reference)
        case .registrationRefused(let code, let address, let reference):
            .init(
                .info,
                "registration refused \(reference): \(code.rawValue)" + (address.map { " from \($0)" } ?? ""))
        case .clientRegistered(let client, let origin, let address):
            .init(
                .notice,
                "the client \(client.text) registered itself"
                    + (origin == .open ? " without a token" : " with an initial access token")
                    + (address.map { " from \($0)" } ?? ""))
        case .clientChangedItself(let client): .init(.notice, "the client \(client.text) changed its registration")
        case .clientRemovedItself(let client): .init(.notice, "the client \(client.text) ended its registration")
        case .registrationsExpired(let clients):
            .init(
                .notice,
                "removed because they went unused: \(clients.count) clients that had registered themselves, "
                    + clients.prefix(5).map(\.text).joined(separator: ", ") + (clients.count > 5 ? ", …" : ""))
        case .assertionTolerated(let rejection, let client):
            .init(.warning, "client '\(client.text)': \(rejection.fault)")
        case .storeUnavailable(let reason): .init(.error, "store unavailable: \(reason)")
        case .signedIn(let user, let address):
            .init(.info, "'\(user)' signed in" + (address.map { " from \($0)" } ?? ""))
        case .signInFailed(let reason, let user, let address):
            .init(
                .info,
                "sign-in refused: \(reason.rawValue)" + (user.map { ", user '\($0)'" } ?? "")
                    + (address.map { " from \($0)" } ?? ""))
        case .administratorMade(let user, let address):
            .init(.notice, "the first administrator '\(user)' was made" + (address.map { " from \($0)" } ?? ""))
        case .consoleFailed(let problem): .init(.error, "a page of the console could not be made: \(problem)")
        case .notReady(let reason): .init(.error, "not ready: \(reason)")
        case .administrationFailed(let reason): .init(.error, "an operation of the admin API failed: \(reason)")
        case .keySetUnreadable(let url, let problem, let end, _):
            .init(
                .error,
                "key set \(url) cannot be read: \(problem); "
                    + (end.map { "the last good set works until \($0.text)" } ?? "there is no earlier set"))
        case .keySetReadableAgain(let url, _): .init(.warning, "key set \(url) can be read again")
        case .unusableKeys(let url, let reasons, _):
            .init(.warning, "key set \(url) has keys that cannot be used: \(reasons)")
        case .keySetNotRefreshed(let url, let error):
            .init(.error, "key set \(url) was not read: \(error.message)")
        case .keySetsNotListed(let error): .init(.error, "key sets could not be listed: \(error.message)")
        case .logoutNoticeFailed(let client, let problem):
            .init(
                .warning,
                "client '\(client.text)' was not notified of a logout, which is tried again for a day: \(problem)")
        case .logoutNoticesAcceptedAgain(let client):
            .init(.warning, "client '\(client.text)' accepts logout notices again")
        case .logoutNoticeRefused(let client):
            .init(
                .warning,
                "client '\(client.text)' refused a logout token with 400, so it is not sent again: see the client's log"
            )
        case .logoutNoticesAbandoned(let client, let count, let problem):
            .init(.error, "client '\(client.text)' missed \(count) logouts, which are not tried again: \(problem)")
        case .logoutNoticesNotRead(let error):
            .init(.error, "logout notices could not be read or written: \(error.message)")
        case .certificateExpiring(let notice, let now): .init(.warning, notice.text(at: now))
        case .expiring(let expiration, let now):
            .init(expiration.kind.isPlanned ? .notice : .warning, expiration.sentence(at: now))
        case .furtherCertificatesExpiring(let count):
            .init(.warning, "\(count) more certificates, keys, secrets or tokens have expired or will soon.")
        case .certificatesNotChecked(let error):
            .init(.error, "What expires could not be checked. \(error.message)")
        case .tlsCertificateReloaded:
            .init(.notice, "the TLS certificate was read again: new connections use it")
        case .tlsCertificateNotReloaded(let problem):
            .init(.error, "the TLS certificate could not be reloaded; the previous one stays in use: \(problem)")
        case .changeLogCountersigned(let head):
            .init(
                .info, "the change log is countersigned up to change \(head.number), \(Base64URL.encode(head.digest))")
        case .changeLogDamaged(let fault):
            .init(
                .error,
                "the change log is not what was recorded, and is not countersigned any more: \(fault.message) "
                    + "See docs/change-log.md")
        case .changeLogNotCountersigned(let reason): .init(.error, "the change log was not countersigned: \(reason)")
        case .changesCountersignedLate(let first, let last, let oldest, let isFirst):
            .init(
                .notice,
                "changes \(first) to \(last) of the change log had no countersignature and have one now; the first of them was made at "
                    + "\(oldest.text). "
                    + (isFirst
                        ? "If a server has run with this database before, somebody has removed its countersignatures. "
                        : "If a server was running at that time, somebody has changed the log. ")
                    + "See docs/change-log.md")
        case .sealingKeysNotRenewed(let reason):
            .init(.error, "the keys of opaque tokens were not renewed: \(reason)")
        case .signingKeysNotRead(let reason):
            .init(.error, "the signing keys were not read again; the last ones stay in use: \(reason)")
        case .keyUsesNotWritten(let count, let error):
            .init(.error, "the last use of \(count) keys was not written: \(error.message)")
        case .clientURLsNotWritten(let count, let error):
            .init(.error, "\(count) clients that proved a key were not written: \(error.message)")
        case .clientURLsNotRead(let error):
            .init(.error, "the clients that proved a key earlier could not be read: \(error.message)")
        case .expiredRowsNotRemoved(let error):
            .init(.error, "expired rows were not removed: \(error.message)")
        case .sessionUsesNotWritten(let count, let error):
            .init(.error, "the last use of \(count) sessions was not written: \(error.message)")
        case .registrationUsesNotWritten(let count, let error):
            .init(
                .error, "the last use of \(count) clients that registered themselves was not written: \(error.message)")
        case .figuresNotWritten(let error):
            .init(.warning, "the figures of the last minutes were not written: \(error.message)")
        case .figuresNotRead(let error):
            .init(.warning, "the figures of the last day could not be read: \(error.message)")
        }
    }

    private static func refusal(
        _ code: String, _ client: String?, _ address: String?, _ reference: Reference
    ) -> EventLog.Line {
        .init(
            .info,
            "refused \(reference): \(code), client \(client.map { "'\($0)'" } ?? "without a name")"
                + (address.map { " from \($0)" } ?? ""))
    }
}

/// A limit on the lines per second, with a count of suppressed lines.
private struct LineLimit {
    let linesPerSecond: Int
    /// The start of the current second, and its lines.
    var second = (start: UnixTime(seconds: 0), count: 0)

    private func isOver(at now: UnixTime) -> Bool {
        now < second.start || second.start + .seconds(1) <= now
    }

    /// - Returns: the number of lines suppressed since the last one written; `nil` if this one is to be suppressed too.
    mutating func admit(at now: UnixTime) -> Int? {
        guard isOver(at: now) else {
            second.count += 1
            return second.count <= linesPerSecond ? 0 : nil
        }
        defer { second = (now, 1) }
        return max(0, second.count - linesPerSecond)
    }

    /// - Returns: the number of lines suppressed in a second that has ended; each is counted once.
    mutating func takeSuppressed(at now: UnixTime) -> Int {
        guard isOver(at: now), second.count > linesPerSecond else { return 0 }
        defer { second.count = 0 }
        return second.count - linesPerSecond
    }
}
