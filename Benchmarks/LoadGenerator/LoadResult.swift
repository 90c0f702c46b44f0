import NIOCore

/// What a run has brought: answers, failures, times.
struct LoadResult: Sendable {
    var answers: AnswerLog
    /// Of the measured requests, in no particular order.
    var latencies = Latencies()
    /// Reasons; the run is good only without any.
    var failures: [String] = []
    /// Requests that were never sent, or whose connection was given up.
    var unanswered = 0
    /// Resident memory of the server at the start and after each quarter, KiB.
    private(set) var memory: [Int] = []
    /// The measured time.
    private(set) var seconds = 0.0
    /// What the server has spent in it; `nil` where its process is not known.
    private(set) var serverSeconds: Double?
    /// What the load generator has spent in it.
    private(set) var ownSeconds = 0.0
    private var begun: Meters.Reading?

    init(capacity: Int) {
        answers = AnswerLog(capacity: capacity)
        latencies.reserve(capacity)
    }

    mutating func start(_ meters: Meters) throws {
        try sampleMemory(meters)
        begun = try meters.read()
    }

    mutating func stop(_ meters: Meters) throws {
        guard let begun else { return }
        let ended = try meters.read()
        try sampleMemory(meters)
        seconds = Double((ended.time - begun.time).nanoseconds) / 1e9
        ownSeconds = ended.own - begun.own
        if let before = begun.server, let after = ended.server { serverSeconds = after - before }
    }

    mutating func sampleMemory(_ meters: Meters) throws {
        if let server = meters.server { memory.append(try server.residentKibibytes()) }
    }

    var requestsPerSecond: Double { seconds > 0 ? Double(latencies.count) / seconds : 0 }

    var serverMicrosecondsPerRequest: Double? {
        latencies.count > 0 ? serverSeconds.map { $0 * 1e6 / Double(latencies.count) } : nil
    }
}
