import Fetching
@_exported import Server
import Synchronization

/// Who asks the running server for work that has limits for each who asks.
package enum Asker: Sendable, Hashable {
    /// In the console, or through the admin API.
    case person(UserID)
    /// A client of the admin API that acts for itself.
    case client(ClientID)
}

/// The tests of key sets that administrators ask for: each is a fetch by the rules of the server, which fills no cache and changes no schedule.
///
/// A class because all who ask share its limits.
package final class KeySetTests: Sendable {
    /// The most tests at the same time, of all who ask together.
    private static let atOnce = 4
    /// The most tests in a minute of one who asks.
    private static let perMinute = 6
    private static let minute: Duration = .seconds(60)
    /// The most of those who ask whose tests of the last minute are known.
    private static let maximumAskers = 1000

    private struct State {
        var running: Set<Asker> = []
        var latest: [Asker: [UnixTime]] = [:]
    }

    private let fetcher: DocumentFetcher
    private let clock: @Sendable () -> UnixTime
    private let state = Mutex(State())

    package init(_ fetcher: DocumentFetcher, clock: @escaping @Sendable () -> UnixTime = { .now }) {
        self.fetcher = fetcher
        self.clock = clock
    }

    /// Why no test is made now.
    package enum Refusal: Error, Sendable, Equatable {
        /// A test of the same asker is under way.
        case underWay
        /// So many others are under way.
        case busy
        case tooMany(next: UnixTime)

        /// In seconds, when a test can be possible.
        package func wait(at now: UnixTime) -> Int {
            switch self {
            case .underWay, .busy: 1
            case .tooMany(let next): max(1, Int((next - now + .milliseconds(999)) / .seconds(1)))
            }
        }
    }

    /// The longest time that a test takes.
    package var limit: Duration { fetcher.policy.timeout }

    /// Reads a key set.
    ///
    /// - Parameters:
    ///   - isOfStranger: whether the URL is that of a client that no operator has let in, for which less is allowed.
    ///   - asker: whose test it is.
    package func test(
        _ url: String, isOfStranger: Bool = false, by asker: Asker
    ) async throws(Refusal) -> KeySetTest {
        try begin(asker)
        defer { end(asker) }
        return await Self.test(url, isOfStranger: isOfStranger, fetcher, clock)
    }

    private func begin(_ asker: Asker) throws(Refusal) {
        let now = clock()
        let refusal = state.withLock { state -> Refusal? in
            guard !state.running.contains(asker) else { return .underWay }
            guard state.running.count < Self.atOnce else { return .busy }
            for (asker, times) in state.latest {
                let recent = times.filter { now < $0 + Self.minute && $0 <= now }
                state.latest[asker] = recent.isEmpty ? nil : recent
            }
            let latest = state.latest[asker] ?? []
            if latest.count >= Self.perMinute, let first = latest.first { return .tooMany(next: first + Self.minute) }
            guard !latest.isEmpty || state.latest.count < Self.maximumAskers else { return .busy }
            state.latest[asker] = latest + [now]
            state.running.insert(asker)
            return nil
        }
        if let refusal { throw refusal }
    }

    private func end(_ asker: Asker) {
        state.withLock { _ = $0.running.remove(asker) }
    }

    /// Reads a key set, without limits of how often.
    package static func test(
        _ text: String, isOfStranger: Bool = false, _ fetcher: DocumentFetcher,
        _ clock: @Sendable () -> UnixTime = { .now }
    ) async -> KeySetTest {
        let (start, now, trace) = (ContinuousClock.now, clock(), FetchTrace())
        let outcome: KeySetTest.Outcome
        do {
            let url = try RemoteURL(text, allowsHTTPOnLoopback: fetcher.policy.allowsHTTPOnLoopback)
            let fetched = try await fetcher.keySet(at: url, isOfStranger: isOfStranger, trace: trace)
            outcome = .received(KeySetTest.Document(fetched.body ?? [], lifetime: fetched.lifetime, at: now))
        } catch let error as RemoteURLError {
            outcome = .failed(message: "The URL is refused: \(error.phrase).")
        } catch let error as FetchError {
            outcome = .failed(message: error.message(fetcher.policy.settingNames))
        } catch {
            outcome = .failed(message: "The fetch was aborted.")
        }
        return KeySetTest(
            url: text, at: now, duration: .now - start, hops: trace.hops, outcome: outcome)
    }
}

extension ClientRegistration {
    /// Whether a URL is that of its key set and no operator has let the client in, so that less is allowed.
    package func isStranger(at url: String) -> Bool { dynamic?.origin == .open && client.keySetURL == url }
}
