import Synchronization

/// The routes of a server that learns its port only when it listens; no request is read before they are known.
final class RoutesOnceListening: Sendable {
    private let known = Mutex<Routes?>(nil)

    var areKnown: Bool { known.withLock { $0 != nil } }
    var routes: Routes { known.withLock { $0 } ?? Routes([:]) }

    func set(_ routes: Routes) {
        known.withLock { $0 = routes }
    }
}
