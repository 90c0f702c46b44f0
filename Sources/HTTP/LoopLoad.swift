import NIOCore

/// How busy an event loop is, judged by how long its turns take: everything that is readable is read and worked on in one turn.
///
/// A long turn alone means a burst, which is answered whole. When turns have been too long without a break for `patience`, more requests
/// come than can be answered; then those that are ready after the turn's budget is spent are turned away, which costs little, so that the
/// others are answered in time.
struct LoopLoad {
    /// How much of a turn is worked for requests under overload.
    private let budget: TimeAmount
    private var turnBegan: NIODeadline?
    private var turnIsTooLong = false
    private var overloadedSince: NIODeadline?

    private static let patience = TimeAmount.seconds(1)

    init(budget: TimeAmount) {
        self.budget = budget
    }

    /// - Returns: whether a turn begins now, whose end has to be told.
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
        return now - since < Self.patience
    }

    mutating func turnEnded() {
        turnBegan = nil
        if !turnIsTooLong { overloadedSince = nil }
    }
}
