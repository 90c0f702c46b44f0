import Foundation

/// Batched measurements of one operation: CPU time of the process, in microseconds per operation.
struct Series: Sendable {
    let name: String
    /// The result of each round, in microseconds per operation.
    private(set) var rounds: [Double] = []
    private var batch = 1
    private let operation: @Sendable (_ count: Int) async throws -> Void

    /// - Parameter operation: repeats the operation `count` times.
    init(_ name: String, operation: @escaping @Sendable (_ count: Int) async throws -> Void) {
        self.name = name
        self.operation = operation
    }

    /// Finds a batch size of about 15 ms: long compared with the clock's resolution, short compared with interruptions.
    mutating func warmUp() async throws {
        let wanted = 15_000.0
        batch = 16
        while true {
            let spent = try await time(batch)
            if spent > wanted / 4 {
                batch = max(1, Int(Double(batch) * wanted / spent))
                _ = try await time(batch)
                return
            }
            batch *= 4
        }
    }

    /// Measures one more batch.
    mutating func measureRound() async throws {
        rounds.append(try await time(batch) / Double(batch))
    }

    var median: Double { rounds.median }

    private func time(_ count: Int) async throws -> Double {
        let start = Self.processMicroseconds()
        try await operation(count)
        return Self.processMicroseconds() - start
    }

    private static func processMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}

extension [Double] {
    /// The median; zero if empty.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = self.sorted()
        let middle = count / 2
        return count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
