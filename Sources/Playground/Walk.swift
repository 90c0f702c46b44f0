import Caching
import CountersignClient
import Synchronization

/// The progress of one browser through the flow.
struct Walk: Sendable {
    /// Of the newest exchanges; older ones are dropped.
    static let maximumExchanges = 12

    var request: AuthorizationRequest
    var callback: Callback?
    /// The token request, signed and not sent yet.
    var pending: SentRequest?
    /// The request that gave the tokens.
    var tokenRequest: Exchange?
    var tokens: Tokens?
    var idToken: IDTokenReport?
    /// What was done with the tokens, and the number of the first that is still kept.
    private(set) var exchanges: [Exchange] = []
    private(set) var dropped = 0
    /// `state` of the request to log out.
    let logoutState = Base64URL.encode(RandomBytes.make(16))
    var isSignedOut = false

    /// What the server gave.
    struct Tokens: Sendable {
        var access: String
        var refresh: String?
        var id: String?
    }

    init(scope: String) {
        request = AuthorizationRequest(scope: scope)
    }

    mutating func append(_ exchange: Exchange) {
        exchanges.append(exchange)
        guard exchanges.count > Self.maximumExchanges else { return }
        exchanges.removeFirst()
        dropped += 1
    }
}

/// The walks of all browsers, by the value of their cookie. The least recently used ones are dropped.
///
/// A class because all requests share it.
final class Walks: Sendable {
    static let capacity = 64

    private let walks = Mutex(GenerationalCache<String, Walk>(capacity: capacity))

    subscript(id: String) -> Walk? { walks.withLock { $0[id] } }

    /// - Returns: the new walk's cookie.
    func begin(_ walk: Walk) -> String {
        let id = Base64URL.encode(RandomBytes.make(32))
        walks.withLock { _ = $0.insert(walk, for: id) }
        return id
    }

    /// Changes a walk, in one step.
    ///
    /// - Returns: what `change` returns; `nil` if the walk was dropped.
    func change<Value: Sendable>(_ id: String, _ change: (inout Walk) -> Value) -> Value? {
        walks.withLock { walks in
            guard var walk = walks[id] else { return nil }
            let value = change(&walk)
            walks.insert(walk, for: id)
            return value
        }
    }
}
