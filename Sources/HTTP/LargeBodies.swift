import Synchronization

/// A limit of the large request bodies that the process holds at the same time.
///
/// A class because connections of all event loops share the count.
final class LargeBodies: Sendable {
    private let limit: Int
    private let held = Atomic(0)

    init(limit: Int = HTTPLimits.maximumLargeBodies) {
        self.limit = limit
    }

    /// The right to hold one large body, until it is deallocated.
    final class Place: Sendable {
        private let bodies: LargeBodies

        fileprivate init(of bodies: LargeBodies) {
            self.bodies = bodies
        }

        deinit { bodies.held.subtract(1, ordering: .relaxed) }
    }

    /// - Returns: `nil` if all places are taken.
    func take() -> Place? {
        guard held.add(1, ordering: .relaxed).newValue <= limit else {
            held.subtract(1, ordering: .relaxed)
            return nil
        }
        return Place(of: self)
    }
}
