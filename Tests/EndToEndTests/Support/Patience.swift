import Synchronization
import Testing

/// A change that another process is to notice.
enum Patience {
    /// Tries until it comes out as it should.
    ///
    /// - Parameter limit: how long the change may take; what the last attempt itself takes on a busy machine comes on top.
    static func expect(
        within limit: Duration = .seconds(1), _ what: String, _ isSo: () throws -> Bool
    ) rethrows {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(20) {
            let attempt = ContinuousClock.now
            if try isSo() {
                #expect(attempt - start < limit, "\(what): \(attempt - start)")
                return
            }
        }
        Issue.record("\(what): never")
    }
}
/// A yes or no that tasks share.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isSet: Bool { state.load(ordering: .relaxed) }

    func set() {
        state.store(true, ordering: .relaxed)
    }
}
