import Countersign
import Server
import Synchronization

/// A fake HTTP reader: it returns the responses set by a test, and can be blocked per URL.
final class FakeReader: RemoteReader {
    struct Call: Sendable, Equatable {
        let document: RemoteDocument
        let url: ExactString
        let etag: String?
    }

    private struct Held {
        let url: ExactString
        let reader: CheckedContinuation<Void, Never>
    }

    private struct State {
        var answers: [ExactString: ReadResult] = [:]
        var calls: [Call] = []
        /// The URLs whose readers are blocked; `nil` for all.
        var holding: Set<ExactString>? = []
        var held: [Held] = []
        var running = 0
        var mostAtOnce = 0
    }

    private let state = Mutex(State())

    var calls: [Call] { state.withLock { $0.calls } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func calls(of url: ExactString) -> Int { calls.count { $0.url == url } }

    func answer(_ url: ExactString, _ reading: ReadResult) {
        state.withLock { $0.answers[url] = reading }
    }

    /// Blocks readers of the URL (all URLs if `nil`); they return the response that was set when they started.
    func hold(_ url: ExactString? = nil) {
        state.withLock { state in
            if let url { state.holding?.insert(url) } else { state.holding = nil }
        }
    }

    /// Releases the blocked readers, and blocks no others.
    func letGo(_ url: ExactString? = nil) {
        let released = state.withLock { state -> [Held] in
            if let url { state.holding?.remove(url) } else { state.holding = [] }
            let released = state.held.filter { url == nil || $0.url == url }
            state.held.removeAll { url == nil || $0.url == url }
            return released
        }
        for held in released { held.reader.resume() }
    }

    /// Releases only the reader that came last.
    func letGoOfLast() {
        let last = state.withLock { $0.held.popLast() }
        last?.reader.resume()
    }

    /// Waits until at least `count` reads have begun in total.
    func waitForCalls(_ count: Int, of url: ExactString? = nil) async {
        await until { url.map { calls(of: $0) } ?? calls.count >= count }
    }

    /// Waits until at least `count` readers are blocked.
    func waitForHeld(_ count: Int) async {
        await until { state.withLock { $0.held.count } >= count }
    }

    var heldCount: Int { state.withLock { $0.held.count } }

    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        let (answer, mustWait) = state.withLock { state -> (ReadResult, Bool) in
            state.calls.append(Call(document: document, url: url, etag: etag))
            state.running += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running)
            return (
                state.answers[url] ?? .failed(reason: "nothing is there"),
                state.holding.map { $0.contains(url) } ?? true
            )
        }
        if mustWait {
            await withCheckedContinuation { reader in
                let isHeld = state.withLock { state in
                    let isHeld = state.holding.map { $0.contains(url) } ?? true
                    if isHeld { state.held.append(Held(url: url, reader: reader)) }
                    return isHeld
                }
                if !isHeld { reader.resume() }
            }
        }
        state.withLock { $0.running -= 1 }
        return answer
    }
}

/// Waits for a condition that other tasks fulfil, or for cancellation.
func until(_ condition: () async -> Bool) async {
    while !Task.isCancelled, await !condition() { await Task.yield() }
}
