import Foundation
import TestSupport
import Testing

/// Checks that the time of a failed sign-in does not reveal which people exist. `make timing` runs it on an idle machine.
@Suite(
    "The time of a failed sign-in", .ownThreads, .serialized, .enabled(if: TimingBench.pairs > 0, "make timing runs it")
)
struct SignInTimingTests {
    /// The default cost, at which people notice differences, and the lowest, at which the rest of the work is the largest share.
    @Test(
        "is the same for a person, an unknown name, a disabled person, no password and an older hash",
        arguments: [14, 17])
    func subjects(_ cost: Int) async throws {
        let bench = try await SignInTimingBench(cost: cost)
        defer { bench.remove() }
        let samples = try bench.samples(rounds: cost == 14 ? TimingBench.pairs : TimingBench.pairs / 8)
        let known = samples[.known] ?? []
        print("timing: failed sign-ins, password_cost \(cost), \(known.count) of each")
        print(Self.row("", ["p10 ms", "median", "p90", "ratio", "slower", "overlap", "deviations"]))
        for subject in SignInTimingBench.Subject.allCases {
            let values = samples[subject] ?? []
            let result = RankSum(values, known)
            let percentiles = [0.1, 0.5, 0.9].map { Self.percentile($0, values) }
            let cells =
                percentiles.map { String(format: "%.1f", $0) } + [
                    String(format: "%.3f", percentiles[1] / Self.percentile(0.5, known)),
                    String(format: "%.0f %%", result.superiority * 100),
                    String(format: "%.0f %%", (1 - abs(2 * result.superiority - 1)) * 100),
                    String(format: "%.1f", result.deviations),
                ]
            print(Self.row(subject.rawValue, cells))
            // As for clients (`TimingTests`).
            #expect(abs(result.deviations) < 4 || abs(result.superiority - 0.5) < 0.06, "\(subject.rawValue)")
        }
    }

    private static func percentile(_ share: Double, _ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[Int(share * Double(values.count - 1))]
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        "timing: " + name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + cells.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }.joined()
    }
}
