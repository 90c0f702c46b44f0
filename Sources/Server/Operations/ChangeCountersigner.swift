import Synchronization

/// Countersigns the change log as it grows, so that whoever can write the database cannot change what was countersigned unnoticed.
///
/// A class because it remembers what it has countersigned: a running server notices if that is changed, even with all traces of it.
final class ChangeCountersigner: Sendable {
    /// How long a change may go without a countersignature.
    static let interval: Duration = .seconds(10)
    /// How old a change is that a running server would have countersigned.
    private static let late: Duration = .seconds(60)

    private struct State {
        /// What was countersigned last; `nil` before the first check.
        var known: ChangePosition?
        var reported: ChangeLogFault?
    }

    private let log: any ChangeLog
    private let key: ChangeLogKey
    private let runtime: Runtime
    private let state = Mutex(State())

    init(log: any ChangeLog, key: ChangeLogKey, _ runtime: Runtime) {
        self.log = log
        self.key = key
        self.runtime = runtime
    }

    /// Countersigns what is new again and again until its task is cancelled.
    func run() async {
        await countersign()
        await repeatedly(every: Self.interval, andOnceAtTheEnd: true) { await self.countersign() }
    }

    /// Checks what is new since the last countersignature, and countersigns it unless it has a fault.
    func countersign() async {
        do {
            try await countersignNew()
            state.withLock { $0.reported = nil }
        } catch let fault as ChangeLogFault {
            let isNew = state.withLock { state in
                defer { state.reported = fault }
                return state.reported != fault
            }
            if isNew { runtime.report(.changeLogDamaged(fault)) }
        } catch {
            // A server that is stopped cancels what it does; it countersigns once more at its end.
            guard !Task.isCancelled else { return }
            runtime.report(.changeLogNotCountersigned(ServerKeys.problem(error)))
        }
    }

    private func countersignNew() async throws {
        let bounds = try await log.bounds()
        let known = state.withLock { $0.known }
        guard bounds.head != known else { return }
        let last: ChangePosition
        if let known {
            last = known
        } else {
            last = try await stored(bounds.issuer)
        }
        let first = try await start(after: last, bounds)
        var chain = ChangeChain(after: first)
        var oldest: UnixTime?
        while true {
            let rows = try await log.rows(after: chain.position.number, limit: 1000)
            for row in rows { try chain.append(row) }
            oldest = oldest ?? rows.first?.at
            guard rows.isEmpty else { continue }
            break
        }
        let head = chain.position
        guard head.number >= bounds.head.number else {
            throw ChangeLogFault.cutOff(after: head.number, recorded: bounds.head.number)
        }
        // The log begins later than it did: then a change says so.
        guard first == last || chain.removal == bounds.anchor else {
            throw ChangeLogFault.removalNotRecorded(bounds.anchor.number)
        }
        if head.number > last.number {
            let now = runtime.clock()
            try await log.add(key.countersign(head, of: bounds.issuer, at: now))
            runtime.report(.changeLogCountersigned(head))
            if known == nil, let oldest, oldest + Self.late < now {
                runtime.report(
                    .changesCountersignedLate(
                        first: first.number + 1, last: head.number, oldest: oldest, isFirst: last == .start))
            }
        }
        state.withLock { $0.known = head }
    }

    /// The last stored countersignature.
    private func stored(_ issuer: IssuerNumber) async throws -> ChangePosition {
        guard let last = try await log.latestCountersignature() else { return .start }
        guard key.verifies(last, of: issuer) else {
            throw ChangeLogFault.forgedCountersignature(last.position.number)
        }
        return last.position
    }

    /// Checks that what was countersigned last is still there.
    ///
    /// - Returns: where the changes begin that are not countersigned.
    private func start(after last: ChangePosition, _ bounds: ChangeBounds) async throws -> ChangePosition {
        // Removed by the operator.
        if last.number < bounds.anchor.number { return bounds.anchor }
        let found =
            last.number == bounds.anchor.number
            ? bounds.anchor : try await log.rows(after: last.number - 1, limit: 1).first?.position
        guard let found, found.number == last.number else {
            throw ChangeLogFault.cutOff(after: min(bounds.head.number, last.number - 1), recorded: last.number)
        }
        guard found == last else { throw ChangeLogFault.notAsCountersigned(last.number, at: runtime.clock()) }
        return last
    }
}
