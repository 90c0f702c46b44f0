@_exported import Server
import Synchronization

/// The inspections of assertions that people and programs ask the running server for.
///
/// An inspection verifies signatures on the processor that token requests need. A judgement makes at most 76 verifications, whatever is registered
/// or pasted: 4 as the token endpoint, 24 for the outcome of rule 15, and 48 in search of the key (`SignatureSearch`). With conditions there are two
/// judgements. So few inspections run at once, and each who asks has a share.
///
/// A class because all who ask share its limits.
package final class AssertionInspections: Sendable {
    /// The most inspections at the same time, of all who ask together.
    package static let atOnce = 2
    /// For one who asks: those that can be made without a pause, and one in each second of a longer time.
    package static let share = 30
    private static let perHour = 3600
    /// After how many seconds an inspection that was refused may be asked for again.
    package static let pause = 1

    /// Why no inspection is made now.
    package enum Refusal: Error, Sendable, Equatable {
        /// One of the same asker is under way.
        case underWay
        /// As many of others are under way as run at once.
        case busy
        /// The share is used up.
        case tooMany

        /// What is wrong and what to do.
        package var detail: String {
            switch self {
            case .underWay: "Another inspection of yours is under way. Wait until it has ended."
            case .busy: "Inspections of others are under way. Try again in a moment."
            case .tooMany:
                "You have asked for \(AssertionInspections.share) inspections in a short time. Another one is possible each second."
            }
        }
    }

    private struct State {
        var running: Set<Asker> = []
        var shares = TokenBuckets<Asker>(atOnce: AssertionInspections.share, perHour: AssertionInspections.perHour)
    }

    private let debugger: AssertionDebugger
    private let state = Mutex(State())

    package init(_ debugger: AssertionDebugger) {
        self.debugger = debugger
    }

    /// Makes an inspection.
    ///
    /// - Parameter inspect: makes one judgement, or two of the same assertion.
    /// - Throws: `Refusal`, and what `inspect` throws.
    package func run<Value>(
        for asker: Asker, at now: UnixTime, _ inspect: (AssertionDebugger) async throws -> Value
    ) async throws -> Value {
        try begin(asker, at: now)
        defer { state.withLock { _ = $0.running.remove(asker) } }
        return try await inspect(debugger)
    }

    private func begin(_ asker: Asker, at now: UnixTime) throws(Refusal) {
        let refusal = state.withLock { state -> Refusal? in
            guard !state.running.contains(asker) else { return .underWay }
            guard state.running.count < Self.atOnce else { return .busy }
            guard state.shares.take(for: asker, at: now) else { return .tooMany }
            state.running.insert(asker)
            return nil
        }
        if let refusal { throw refusal }
    }
}
