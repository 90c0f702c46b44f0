import Synchronization

/// The background delivery of logout notices (OpenID Connect Back-Channel Logout 1.0 §2.5).
///
/// A notice is claimed in the store before it is sent and removed when the client has confirmed it, so a crash loses none, and of several
/// servers one sends it. A client may get a notice twice. A class because all deliveries share the schedule.
final class LogoutSender: Sendable {
    /// The most notices sent to one client at once.
    static let batch = 4
    /// The time for which a notice stays claimed: longer than an attempt takes.
    private static let lease: Duration = .seconds(30)
    /// The longest problem that is stored, in characters.
    private static let maximumProblemLength = 1024

    private let store: any LogoutNoticeStore
    private let clients: ClientResolver
    private let tokens: LogoutTokens
    private let poster: any FormPoster
    private let runtime: Runtime
    private let schedule = Mutex(LogoutSchedule())

    init(
        store: any LogoutNoticeStore, clients: ClientResolver, tokens: LogoutTokens, poster: any FormPoster,
        _ runtime: Runtime
    ) {
        self.store = store
        self.clients = clients
        self.tokens = tokens
        self.poster = poster
        self.runtime = runtime
    }

    /// Sends what is due, until its task is cancelled.
    ///
    /// - Parameter tick: how often it looks for due notices.
    func run(every tick: Duration = .seconds(1)) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for client in await takeDue() { group.addTask { await self.serve(client) } }
                try? await Task.sleep(for: tick)
            }
        }
    }

    /// Sends what is due now, and waits for the outcomes.
    func sendDue() async {
        await withDiscardingTaskGroup { group in
            for client in await takeDue() { group.addTask { await self.serve(client) } }
        }
    }

    private func takeDue() async -> [ClientID] {
        let now = runtime.clock()
        do throws(StoreError) {
            let due = try await store.dueClients(at: now)
            return due.isEmpty ? [] : schedule.withLock { $0.take(from: due, at: now) }
        } catch {
            report(.logoutNoticesNotRead(error))
            return []
        }
    }

    /// Sends a client its due notices, a batch after the other, until one fails.
    private func serve(_ client: ClientID) async {
        var hasDelivered = false
        var failure: Failure?
        do throws(StoreError) {
            while failure == nil, !Task.isCancelled {
                let notices = try await store.claim(
                    of: client, limit: Self.batch, at: runtime.clock(), lease: Self.lease)
                if notices.isEmpty { break }
                for outcome in await outcomes(of: notices) {
                    switch try outcome.get() {
                    case .delivered: hasDelivered = true
                    case .dropped: break
                    case .failed(let other): failure = failure ?? other
                    }
                }
            }
        } catch {
            report(.logoutNoticesNotRead(error))
        }
        let now = runtime.clock()
        let change = schedule.withLock { [failure, hasDelivered] in
            $0.finish(client, nextAttemptAt: failure?.nextAttemptAt, hasDelivered: hasDelivered, at: now)
        }
        switch change {
        case .none: break
        case .nowFailing: if let failure { report(.logoutNoticeFailed(client, problem: failure.problem)) }
        case .workingAgain: report(.logoutNoticesAcceptedAgain(client))
        }
    }

    // MARK: One attempt

    private struct Failure: Sendable {
        let problem: String
        let nextAttemptAt: UnixTime
    }

    private enum Outcome: Sendable {
        case delivered
        /// It needs no further attempt, although the client has not accepted it.
        case dropped
        case failed(Failure)
    }

    private func outcomes(of notices: [LogoutNoticeRecord]) async -> [Result<Outcome, StoreError>] {
        await withTaskGroup(of: Result<Outcome, StoreError>.self) { group in
            for notice in notices {
                group.addTask {
                    do throws(StoreError) {
                        return .success(try await self.deliver(notice))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func deliver(_ notice: LogoutNoticeRecord) async throws(StoreError) -> Outcome {
        guard let client = try await record(of: notice.client), client.isEnabled,
            let url = client.signIn.backChannelLogoutURI
        else {
            // The client has been removed or disabled, or no longer wants notices.
            try await store.remove(notice)
            return .dropped
        }
        let token: [UInt8]
        do throws(OAuthError) {
            token = try tokens.issue(about: notice, to: client, at: runtime.clock())
        } catch {
            return try await fail(notice, error.description)
        }
        let form = FormWriter.encoded([("logout_token", String(decoding: token, as: UTF8.self))])
        switch await poster.post(Array(form.utf8), to: url) {
        // §2.8: some frameworks turn an answer without content into 204.
        case .answered(status: 200), .answered(status: 204):
            try await store.remove(notice)
            return .delivered
        case .answered(status: 400):
            try await store.remove(notice)
            report(.logoutNoticeRefused(notice.client))
            return .dropped
        case .answered(let status):
            return try await fail(notice, "\(url) answers with status \(status); it must answer with 200.")
        case .failed(let reason): return try await fail(notice, reason)
        }
    }

    private func record(of client: ClientID) async throws(StoreError) -> ClientRecord? {
        do throws(StoreUnavailable) {
            return try await clients.record(of: client)
        } catch {
            throw .unavailable(error.reason)
        }
    }

    private func fail(_ notice: LogoutNoticeRecord, _ problem: String) async throws(StoreError) -> Outcome {
        // The server is stopping: the lease ends, and the next one sends the notice.
        guard !Task.isCancelled else { return .dropped }
        let now = runtime.clock()
        guard let next = LogoutRetries.next(after: notice, at: now) else {
            // Older notices of this client have failed as well.
            let count = try await store.removeAll(of: notice.client, createdBy: notice.createdAt)
            if count > 0 { report(.logoutNoticesAbandoned(notice.client, count: count, problem: problem)) }
            return .failed(Failure(problem: problem, nextAttemptAt: now + LogoutSchedule.maximumPause))
        }
        let short = String(problem.unicodeScalars.prefix(Self.maximumProblemLength))
        try await store.postpone(notice, until: next, problem: short)
        return .failed(Failure(problem: problem, nextAttemptAt: next))
    }

    private func report(_ event: ServerEvent) {
        if !Task.isCancelled { runtime.report(event) }
    }
}
