/// A log that decides which claims are the first use of their `jti` (rule 24), without I/O of its own.
///
/// A claim takes effect when its batch is durable, and is answered after that. Claims of a batch that was rolled back leave no trace.
/// Claims of a batch that may or may not be durable count as used, and their callers get no token.
package struct ReplayLog: Sendable {
    private let limits: ReplayLimits
    private let key: FingerprintKey
    private var state: ReplayLogState
    private var index = ReplayIndex()
    /// Whether the state must be read again because a write failed, possibly with an unknown outcome.
    private var mustReloadState = false
    /// The latest expiry among the claims whose batch may or may not be durable.
    private var latestUncertainExpiry = UnixTime.distantPast
    /// Why all further claims are refused.
    private var terminalError: StoreError?
    /// Why the last batch is not known to be durable; `nil` if it is.
    package private(set) var failure: StoreError?

    /// Creates a log with the state of its storage; the caller then passes all records to `load`.
    package init(state: ReplayLogState, limits: ReplayLimits, key: FingerprintKey = .random()) {
        self.state = state
        self.limits = limits
        self.key = key
    }

    /// Records that the storage can be written again.
    package mutating func recordRecovery() {
        failure = nil
    }

    /// Adds records that were read from storage.
    ///
    /// - Throws: `StoreError.corrupt` for records of a slice that does not exist, and for incomplete ones.
    package mutating func load(_ records: UnsafeRawBufferPointer, slice number: Int64) throws(StoreError) {
        guard let slice = state.slices.first(where: { $0.number == number }) else {
            throw .corrupt("used assertions belong to the time slice \(number), which does not exist")
        }
        guard records.count.isMultiple(of: ReplayRecord.length) else {
            throw .corrupt("the record of a used assertion is incomplete")
        }
        // The slice is being removed; its claims are refused by `sweptUntil`.
        guard slice.latestExpiry > state.sweptUntil else { return }
        for start in stride(from: 0, to: records.count, by: ReplayRecord.length) {
            let digest = ReplayRecord.halves(UnsafeRawBufferPointer(rebasing: records[start...]))
            index.insert(key.fingerprint(of: digest), slice: number)
        }
    }

    /// The number of claims held.
    package var liveClaims: Int { index.count }

    /// Why no new claim is accepted, regardless of the storage; `nil` if claims are accepted.
    package var problem: String? {
        if let terminalError { return terminalError.asUnavailable.reason }
        guard index.count >= limits.maximumLiveClaims else { return nil }
        return "\(index.count) used assertions are remembered, and \(limits.maximumName) allows no more"
    }

    // MARK: Claims

    /// Decides a batch of claims, and makes the first uses among them durable.
    ///
    /// - Returns: an answer for each claim, in order.
    package mutating func claim(
        _ records: [ReplayRecord], at now: UnixTime, in storage: some ReplayLogStorage
    ) -> [Result<ReplayVerdict, StoreError>] {
        do throws(StoreError) {
            try refresh(storage)
        } catch {
            return records.map { _ in .failure(error) }
        }
        var batch = ReplayDecisions(records.count)
        for record in records { decide(record, at: now, &batch) }
        guard !batch.accepted.isEmpty else { return batch.answers }
        do throws(ReplayLogWriteError) {
            try append(batch, at: now, in: storage)
            failure = nil
        } catch {
            failure = error.reason
            batch.fail(error.reason)
        }
        return batch.answers
    }

    /// Whether a claim would be a repetition.
    package func isUsed(_ record: ReplayRecord) -> Bool { index.contains(key.fingerprint(of: record.digest)) }

    private func decide(_ record: ReplayRecord, at now: UnixTime, _ batch: inout ReplayDecisions) {
        guard now < record.expiry + ReplaySlice.grace else {
            return batch.reject("the assertion expired while its claim was waiting")
        }
        guard record.expiry > state.sweptUntil else {
            return batch.reject(
                "the used assertions of that time have been forgotten, so the clock was wrong then or is now")
        }
        let fingerprint = key.fingerprint(of: record.digest)
        if index.contains(fingerprint) { return batch.answers.append(.success(.replayed)) }
        if batch.fingerprints.contains(fingerprint) { return batch.answerRepetition() }
        guard index.count + batch.accepted.count < limits.maximumLiveClaims else {
            return batch.reject(problem ?? "\(limits.maximumName) allows no more used assertions")
        }
        batch.accept(record, fingerprint)
    }

    private mutating func append(
        _ decisions: ReplayDecisions, at now: UnixTime, in storage: some ReplayLogStorage
    ) throws(ReplayLogWriteError) {
        var (slice, isNew) = currentSlice(at: now)
        let before = slice
        var bytes: [UInt8] = []
        bytes.reserveCapacity(decisions.accepted.count * ReplayRecord.length)
        for record in decisions.accepted {
            slice.extend(to: record.expiry)
            record.append(to: &bytes)
        }
        let batch = ReplayBatch(
            slice: slice, sliceChanges: isNew || slice != before, number: isNew ? 0 : state.batches, records: bytes)
        do throws(ReplayLogWriteError) {
            try storage.append(batch)
        } catch {
            // The batch may be on disk and would count after a restart, so it counts now.
            if case .unknown = error {
                remember(decisions, in: slice)
                latestUncertainExpiry = max(latestUncertainExpiry, slice.latestExpiry)
            }
            note(error)
            throw error
        }
        remember(decisions, in: slice)
        if !isNew { state.slices.removeLast() }
        state.slices.append(slice)
        state.batches = batch.number + 1
    }

    private mutating func remember(_ decisions: ReplayDecisions, in slice: ReplaySlice) {
        for fingerprint in decisions.acceptedFingerprints { index.insert(fingerprint, slice: slice.number) }
    }

    /// Returns the slice for records at `now`: a new one if the last has been open for its length or was opened by a fast clock.
    private func currentSlice(at now: UnixTime) -> (slice: ReplaySlice, isNew: Bool) {
        guard let last = state.slices.last else {
            return (ReplaySlice(number: 1, openedAt: now, latestExpiry: now), true)
        }
        let isOpen = now < last.openedAt + limits.sliceLength && last.openedAt <= now + limits.maximumClockSkew
        if isOpen || isFull(at: now) { return (last, false) }
        return (ReplaySlice(number: last.number + 1, openedAt: now, latestExpiry: now), true)
    }

    /// Whether the limit of slices is reached, so that the last one must accept records and be kept longer. Slices of a fast clock have
    /// a limit of their own: they are removed last.
    private func isFull(at now: UnixTime) -> Bool {
        let ahead = state.slices.count { $0.openedAt > now + limits.maximumClockSkew }
        return state.slices.count - ahead >= limits.maximumSlices || ahead >= limits.maximumSlicesAhead
    }

    // MARK: Removal

    /// Removes one step of one expired slice. The slice that accepts new records is never removed: if it has expired, an empty one is
    /// opened first.
    ///
    /// `sweptUntil` is durable before a claim is forgotten, so that no claim is accepted twice if the clock is set back.
    ///
    /// - Returns: whether there was anything to do.
    package mutating func sweepStep(at now: UnixTime, in storage: some ReplayLogStorage) throws(StoreError) -> Bool {
        try refresh(storage)
        let limit = max(state.sweptUntil, now - ReplaySlice.grace)
        do throws(ReplayLogWriteError) {
            if let slice = state.slices.dropLast().first(where: { $0.latestExpiry <= limit }) {
                try removeStep(of: slice, in: storage)
                return true
            }
            if dropUnwritten(expiredBy: limit) { return true }
            return try replaceLastSlice(expiredBy: limit, at: now, in: storage)
        } catch {
            note(error)
            throw error.reason
        }
    }

    private mutating func removeStep(
        of slice: ReplaySlice, in storage: some ReplayLogStorage
    ) throws(ReplayLogWriteError) {
        let sweptUntil = max(state.sweptUntil, slice.latestExpiry)
        let isGone = try storage.removeStep(ofSlice: slice.number, sweptUntil: sweptUntil)
        state.sweptUntil = sweptUntil
        index.drop(slice: slice.number)
        if isGone { state.slices.removeAll { $0.number == slice.number } }
    }

    /// Forgets the claims of a slice that storage does not have because the write that would open it failed. No token was issued for
    /// them, so nothing must be durable first.
    private mutating func dropUnwritten(expiredBy limit: UnixTime) -> Bool {
        guard let newest = index.newestSlice, newest > state.slices.last?.number ?? 0, latestUncertainExpiry <= limit
        else { return false }
        index.drop(slice: newest)
        return true
    }

    /// Opens an empty slice if the last one has expired, so that the latter can be removed. If the log is full, no claim would open it.
    private mutating func replaceLastSlice(
        expiredBy limit: UnixTime, at now: UnixTime, in storage: some ReplayLogStorage
    ) throws(ReplayLogWriteError) -> Bool {
        guard let last = state.slices.last, last.latestExpiry <= limit,
            state.batches > 0 || index.holds(slice: last.number)
        else { return false }
        // It is empty, so removing it forgets no more than removing the last one, whatever the clock.
        let next = ReplaySlice(number: last.number + 1, openedAt: now, latestExpiry: last.latestExpiry)
        try storage.append(ReplayBatch(slice: next, sliceChanges: true, number: 0, records: []))
        state.slices.append(next)
        state.batches = 0
        return true
    }

    private mutating func note(_ error: ReplayLogWriteError) {
        switch error {
        case .rolledBack, .unknown: mustReloadState = true
        case .takenOver(let reason): terminalError = reason
        }
    }

    /// Reads the state again after a write that failed.
    private mutating func refresh(_ storage: some ReplayLogStorage) throws(StoreError) {
        if let terminalError { throw terminalError }
        guard mustReloadState else { return }
        let found = try storage.state()
        // A slice may have been removed by a write whose outcome was unknown.
        for slice in state.slices where !found.slices.contains(where: { $0.number == slice.number }) {
            index.drop(slice: slice.number)
        }
        state = found
        mustReloadState = false
    }
}
