/// The source of a `KeySetCache`: reads a key set from its URL, saves it, and reports what changed.
struct KeySetRefresher: RefreshSource {
    typealias Parser = @Sendable ([UInt8]) throws(KeyError) -> JWKSet

    /// Keeps the sets, and decides which node fetches one; `nil` for clients that are URLs, so that they cause no writes to disk.
    var store: (any KeySetStore)?
    let reader: any RemoteReader
    var document = RemoteDocument.keySet
    let grace: Duration
    let semaphore: FetchSemaphore
    var origin: @Sendable (ExactString) -> FetchOrigin = FetchOrigin.registered
    /// The limit of fetches for clients that no operator has approved.
    var rateLimit: HostRateLimit?
    var parse: Parser = { body throws(KeyError) in try JWKSet(parsingPublished: body) }
    /// Records when each set may be read next.
    var scheduler: KeySetRefreshScheduler?
    let runtime: Runtime

    /// How long a node that stops during a fetch delays the others.
    private static let lease: Duration = .seconds(20)
    /// The maximum length of a report of unusable keys, in characters, because the client controls its content.
    private static let maximumNoteLength = 512

    func stored(_ url: ExactString) async throws(StoreError) -> KeySetCopy? {
        try await store?.record(of: url.text).map { copy(of: $0) }
    }

    func admits(_ url: ExactString) -> Bool {
        let origin = origin(url)
        guard semaphore.hasRoom(for: origin) else { return false }
        return rateLimit?.admit(stranger: origin.source, at: runtime.clock()) ?? true
    }

    /// Reads a set, unless another node has done so or is about to, with one claim and one save in the store.
    func refresh(
        _ url: ExactString, known: KeySetCopy?, for reason: RefreshReason, willFetch: @Sendable () -> Void
    ) async throws(StoreError) -> KeySetCopy {
        let copy = try await semaphore.withPermit(for: origin(url)) { () async throws(StoreError) in
            try await fetch(url, known, for: reason, willFetch)
        }
        scheduler?.record(url, copy.freshness)
        return copy
    }

    private func fetch(
        _ url: ExactString, _ known: KeySetCopy?, for reason: RefreshReason, _ willFetch: () -> Void
    ) async throws(StoreError) -> KeySetCopy {
        let begun = runtime.clock()
        var before = known?.record ?? RemoteKeySetRecord(url: url.text, attemptedAt: begun, nextAttemptAt: begun)
        if let store {
            guard let claimed = try await store.claimRefresh(of: url.text, for: reason, at: begun, lease: Self.lease)
            else { return copy(of: try await store.record(of: url.text) ?? before) }
            before = claimed
        }
        willFetch()
        let start = ContinuousClock.now
        let result = await reader.read(document, at: url, etag: before.body.isEmpty ? nil : before.etag)
        var after = before
        let set = after.update(after: result, at: runtime.clock(), jitter: .random(in: 0...1), parse)
        if store != nil { after.certificates = PublishedCertificate.all(in: after.body) }
        let entry = historyEntry(before, after, set, for: reason, begun, duration: .now - start)
        // Another node may have begun later and finished earlier: then its record applies.
        let inForce = try await store?.save(after, entry) ?? after
        let copy = copy(of: inForce, inForce == after ? set : nil)
        reportChange(before, after, copy)
        return copy
    }

    /// Returns what the history of a set says about a fetch.
    ///
    /// A caller who has proved nothing can cause fetches for unknown keys. Of these, only the ones that brought something new are kept, so that
    /// such a caller cannot push the others out.
    private func historyEntry(
        _ before: RemoteKeySetRecord, _ after: RemoteKeySetRecord, _ set: JWKSet?, for reason: RefreshReason,
        _ begun: UnixTime, duration: Duration
    ) -> KeySetFetch? {
        let isChanged = before.body != after.body
        guard origin(ExactString(after.url)).isProven else { return nil }
        if reason != .due, !isChanged, (before.problem == nil) == (after.problem == nil) { return nil }
        let outcome: KeySetFetch.Outcome =
            if let problem = after.problem {
                .failed(problem: problem)
            } else if let set {
                .received(keys: set.keys.count, refused: set.refused.count, isChanged: isChanged)
            } else {
                .notModified
            }
        return KeySetFetch(at: begun, duration: duration, outcome: outcome)
    }

    /// Returns the copy of a record, without keys if its document cannot be parsed any more.
    ///
    /// - Parameter set: the document's set if it is parsed already.
    private func copy(of record: RemoteKeySetRecord, _ set: JWKSet? = nil) -> KeySetCopy {
        let set = set ?? (record.body.isEmpty ? nil : try? parse(record.body))
        return KeySetCopy(record, set, keepsRecord: store == nil)
    }

    /// Reports once that a set cannot be read, that it can be read again, and which of its keys are unusable.
    private func reportChange(_ before: RemoteKeySetRecord, _ after: RemoteKeySetRecord, _ copy: KeySetCopy) {
        let isProven = origin(ExactString(after.url)).isProven
        if let problem = after.problem {
            guard before.problem == nil || before.failures == 0 else { return }
            let end = after.expiresAt.map { $0 + grace }
            runtime.report(
                .keySetUnreadable(url: after.url, problem: problem, usableUntil: end, isProven: isProven))
        } else {
            if before.failures > 0 { runtime.report(.keySetReadableAgain(url: after.url, isProven: isProven)) }
            guard before.body != after.body, !copy.refused.isEmpty else { return }
            let reasons = copy.refused.prefix(4).map { "key \($0.index + 1): \($0.reason.phrase)" }
            let note = reasons.joined(separator: "; ").unicodeScalars.prefix(Self.maximumNoteLength)
            runtime.report(.unusableKeys(url: after.url, reasons: String(note), isProven: isProven))
        }
    }
}
