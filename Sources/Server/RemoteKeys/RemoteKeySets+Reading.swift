import Countersign
import CountersignJOSE
import Store

extension RemoteKeySets {
    /// A node that dies while it reads holds the others up for so long.
    private static let lease: Duration = .seconds(20)
    /// What is told of keys that cannot be used, in characters. Their owner has a say in it.
    private static let maximumNoteLength = 512

    /// Reads a set from its URL, unless another node has done so or is about to.
    func readAgain(_ url: ExactString, _ occasion: Occasion) async -> Result<KeySetCopy, StoreError> {
        let result = await permits.withPermit(for: caller(url)) { () -> Result<KeySetCopy, StoreError> in
            do throws(StoreError) {
                return .success(try await fetch(url, occasion))
            } catch {
                return .failure(error)
            }
        }
        state.withLock { $0.works[url] = nil }
        return result
    }

    private func fetch(_ url: ExactString, _ occasion: Occasion) async throws(StoreError) -> KeySetCopy {
        let begun = runtime.clock()
        guard
            let before = try await store.claimRefresh(
                of: url.text, for: occasion.claim, at: begun, lease: Self.lease)
        else {
            let blank = RemoteKeySetRecord(url: url.text, attemptedAt: begun, nextAttemptAt: begun)
            return install(try await store.record(of: url.text) ?? blank, for: url)
        }
        // What a request has just waited for is not read once more because it lacks a key, or could not be had.
        if case .awaited = occasion { state.withLock { $0.coolDowns.begin(url, at: begun) } }
        let reading = await reader.read(document, at: url, etag: before.body.isEmpty ? nil : before.etag)
        let after = before.after(reading, claimedAt: begun, at: runtime.clock(), jitter: .random(in: 0...1))
        // The store's record counts: another node may have begun later and been faster.
        let copy = install(try await store.save(after), for: url)
        tell(before, after, copy)
        return copy
    }

    /// Puts a set into memory as the store has it.
    private func install(_ record: RemoteKeySetRecord, for url: ExactString) -> KeySetCopy {
        let copy = KeySetCopy(record)
        schedule.withLock { $0.note(url, copy.times) }
        let gone = state.withLock { $0.copies.insert(copy, for: url) }
        // Keys are freed here, outside the lock.
        _ = consume gone
        return copy
    }

    /// Says once what an operator should know: that a set cannot be read, that it can again, which keys of it are of no use.
    private func tell(_ before: RemoteKeySetRecord, _ after: RemoteKeySetRecord, _ copy: KeySetCopy) {
        let isProven = caller(ExactString(after.url)).isProven
        if let problem = after.problem {
            guard before.problem == nil || before.failures == 0 else { return }
            let end = after.expiresAt.map { $0 + settings.grace }
            runtime.report(
                .keySetUnreadable(url: after.url, problem: problem, usableUntil: end, isProven: isProven))
        } else {
            if before.failures > 0 { runtime.report(.keySetReadableAgain(url: after.url, isProven: isProven)) }
            guard before.body != after.body, !copy.refused.isEmpty else { return }
            let reasons = copy.refused.prefix(4).map { "key \($0.index + 1): \($0.reason.explanation)" }
            let note = reasons.joined(separator: "; ").unicodeScalars.prefix(Self.maximumNoteLength)
            runtime.report(.unusableKeys(url: after.url, reasons: String(note), isProven: isProven))
        }
    }
}

extension RemoteKeySets.Occasion {
    /// The same to the store. The cool-down is kept in memory, so that a scheduled fetch does not hold up a rotation.
    fileprivate var claim: RefreshReason {
        switch self {
        case .due, .awaited: .due
        case .unknownKey: .unknownKey(coolDown: .zero)
        }
    }
}
