import Synchronization

/// The requests of a paced run, and what must come of each.
struct PacedRequests: Sendable {
    /// Signed, in the order in which they are sent.
    let assertions: [[UInt8]]
    /// By index.
    let expectation: @Sendable (Int) -> ExpectedAnswer

    init(_ assertions: [[UInt8]], expectation: @escaping @Sendable (Int) -> ExpectedAnswer = { _ in .token }) {
        self.assertions = assertions
        self.expectation = expectation
    }
}

/// Ends a paced run before its requests run out. A class, because whoever gives the signal shares it with the run.
final class StopSignal: Sendable {
    private let given = Atomic(false)

    var isGiven: Bool { given.load(ordering: .relaxed) }

    func give() {
        given.store(true, ordering: .relaxed)
    }
}
