import NIOCore

/// The outcome of a run: answers, failures, times.
struct LoadResult: Sendable {
    var answers: AnswerLog
    /// The latencies of the measured requests, in no particular order.
    var latencies = Latencies()
    /// The reasons of failures; a run is valid only without any.
    var failures: [String] = []
    /// The number of requests that were never sent, or whose connection was abandoned.
    var unanswered = 0
    /// The server's resident memory at the start and after each quarter, in KiB.
    private(set) var memory: [Int] = []
    /// The duration of the measurement.
    private(set) var seconds = 0.0
    /// The server's CPU time during the measurement; `nil` if its process is unknown.
    private(set) var serverSeconds: Double?
    /// The load generator's CPU time during the measurement.
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
