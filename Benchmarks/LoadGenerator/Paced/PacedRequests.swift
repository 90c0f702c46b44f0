import Synchronization

/// The requests of a paced run and their expected answers.
struct PacedRequests: Sendable {
    /// Signed assertions in the order of sending.
    let assertions: [[UInt8]]
    /// The expected answer by the request's index.
    let expectation: @Sendable (Int) -> ExpectedAnswer

    init(_ assertions: [[UInt8]], expectation: @escaping @Sendable (Int) -> ExpectedAnswer = { _ in .token }) {
        self.assertions = assertions
        self.expectation = expectation
    }
}

/// A signal that ends a paced run before all requests are sent. A class because the run and its caller share it.
final class StopSignal: Sendable {
    private let given = Atomic(false)

    var isGiven: Bool { given.load(ordering: .relaxed) }

    func give() {
        given.store(true, ordering: .relaxed)
    }
}
