import Synchronization

/// The progress of a fetch, for the error of a timeout. A class because the fetch and its timeout share it.
final class FetchProgress: Sendable {
    private let state: Mutex<(url: String, stage: FetchStage)>

    init(_ url: RemoteURL) {
        state = Mutex((url.text, .lookingUp))
    }

    func begin(_ url: RemoteURL) {
        state.withLock { $0 = (url.text, .lookingUp) }
    }

    func reach(_ stage: FetchStage) {
        state.withLock { $0.stage = stage }
    }

    var url: String { state.withLock { $0.url } }
    var stage: FetchStage { state.withLock { $0.stage } }

    func timedOut(after limit: Duration) -> FetchError {
        state.withLock { .timedOut(url: $0.url, limit: limit, $0.stage) }
    }
}
