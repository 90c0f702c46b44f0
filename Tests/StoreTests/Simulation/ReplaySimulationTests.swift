import Foundation
import Testing

/// `SIMULATE_SCHEDULES` sets the number of schedules; `SIMULATE_SEED` selects a single one.
@Suite("Rule 24, simulated: no assertion is accepted twice, and the log recovers")
struct ReplaySimulationTests {
    private static let schedules = number("SIMULATE_SCHEDULES") ?? 20_000
    private static let seed = number("SIMULATE_SEED")

    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }

    @Test("for random disk faults, clock jumps and orders of events")
    func schedules() async throws {
        let seeds = Self.seed.map { $0...$0 } ?? 1...Self.schedules
        let chunk = 500
        let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
            for first in stride(from: seeds.lowerBound, through: seeds.upperBound, by: chunk) {
                group.addTask {
                    var accepted = 0
                    for seed in first...min(first + chunk - 1, seeds.upperBound) {
                        do {
                            var schedule = try ReplaySchedule(seed: UInt64(seed))
                            try schedule.run()
                            accepted += schedule.accepted
                        } catch {
                            Issue.record("\(error); run it again with: make simulate SIMULATE_SEED=\(seed)")
                        }
                    }
                    return accepted
                }
            }
            return try await group.reduce(0, +)
        }
        // Otherwise a log that refuses everything would pass.
        #expect(accepted > seeds.count * 3 || Self.seed != nil)
        print("simulated \(seeds.count) schedules, in which \(accepted) assertions were accepted")
    }

    @Test("and a planted bug is found", arguments: PlantedBug.allCases)
    func planted(_ bug: PlantedBug) throws {
        for seed in 1...UInt64(20_000) {
            do {
                var schedule = try ReplaySchedule(seed: seed, bug: bug)
                try schedule.run()
            } catch let violation as ReplaySchedule.Violation {
                print("\(bug.rawValue): \(violation) in schedule \(seed)")
                #expect(violation.kind == bug.violation)
                return
            }
        }
        Issue.record("\(bug.rawValue) was not found")
    }
}
