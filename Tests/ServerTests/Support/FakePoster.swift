import Countersign
import Server
import Synchronization

/// A fake sender of forms: it gives the answers set by a test, 200 without one, and can be blocked per URL.
final class FakePoster: FormPoster {
    struct Post: Sendable, Equatable {
        let url: String
        let form: String

        /// The token in the form, if it is the only parameter.
        var token: [UInt8] { form.hasPrefix("logout_token=") ? Array(form.dropFirst("logout_token=".count).utf8) : [] }
    }

    private struct State {
        var answers: [String: PostResult] = [:]
        var posts: [Post] = []
        var holding: Set<String> = []
        var held: [(url: String, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var posts: [Post] { state.withLock { $0.posts } }

    func posts(to url: String) -> [Post] { posts.filter { $0.url == url } }

    func answer(_ url: String, _ result: PostResult) {
        state.withLock { $0.answers[url] = result }
    }

    /// Blocks posts to a URL until `letGo`.
    func hold(_ url: String) {
        _ = state.withLock { $0.holding.insert(url) }
    }

    func letGo(_ url: String) {
        let released = state.withLock { state in
            state.holding.remove(url)
            defer { state.held.removeAll { $0.url == url } }
            return state.held.filter { $0.url == url }
        }
        for held in released { held.1.resume() }
    }

    func post(_ form: [UInt8], to url: String) async -> PostResult {
        let isHeld = state.withLock { state in
            state.posts.append(Post(url: url, form: String(decoding: form, as: UTF8.self)))
            return state.holding.contains(url)
        }
        if isHeld {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    guard state.holding.contains(url) else { return true }
                    state.held.append((url, continuation))
                    return false
                }
                if isFree { continuation.resume() }
            }
        }
        return state.withLock { $0.answers[url] } ?? .answered(status: 200)
    }
}
