import NIOCore

/// A schedule of requests whose rate changes in steps, independent of the answers (open loop).
struct LoadSteps: Sendable {
    struct Step: Sendable {
        /// In requests per second.
        let rate: Int
        let seconds: Int
        let start: NIODeadline
        /// The index of its first request.
        let first: Int

        var count: Int { rate * seconds }
        var end: NIODeadline { start + .seconds(Int64(seconds)) }

        func due(_ index: Int) -> NIODeadline {
            start + .nanoseconds(Int64(index - first) * 1_000_000_000 / Int64(rate))
        }
    }

    let steps: [Step]

    init(start: NIODeadline, _ loads: [(rate: Int, seconds: Int)]) {
        var steps: [Step] = []
        for load in loads {
            let last = steps.last
            steps.append(
                Step(
                    rate: load.rate, seconds: load.seconds, start: last?.end ?? start,
                    first: last.map { $0.first + $0.count } ?? 0))
        }
        self.steps = steps
    }

    var count: Int { steps.last.map { $0.first + $0.count } ?? 0 }

    func due(_ index: Int) -> NIODeadline {
        let step = steps.last { $0.first <= index } ?? steps[0]
        return step.due(index)
    }
}
