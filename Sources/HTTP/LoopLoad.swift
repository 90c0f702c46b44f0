import NIOCore

/// The overload detection of an event loop, by the length of its turns. In one turn, everything that is readable is read and answered.
///
/// A single long turn is a burst and is answered completely. If all turns have been too long for `tolerance`, the loop is overloaded: then
/// requests that come after a turn's budget is spent are rejected, so that the others are answered in time.
struct LoopLoad {
    private let budget: TimeAmount
    private var turnBegan: NIODeadline?
    private var turnIsTooLong = false
    private var overloadedSince: NIODeadline?

    private static let tolerance = TimeAmount.seconds(1)

    init(budget: TimeAmount) {
        self.budget = budget
    }

    /// - Returns: whether a turn begins now; then `turnEnded` must follow.
    mutating func beginsTurn(at now: NIODeadline) -> Bool {
        guard turnBegan == nil else { return false }
        turnBegan = now
        turnIsTooLong = false
        return true
    }

    mutating func admitsRequest(at now: NIODeadline) -> Bool {
        guard let turnBegan, now - turnBegan >= budget else { return true }
        turnIsTooLong = true
        let since = overloadedSince ?? turnBegan
        overloadedSince = since
        return now - since < Self.tolerance
    }

    mutating func turnEnded() {
        turnBegan = nil
        if !turnIsTooLong { overloadedSince = nil }
    }
}
