import Synchronization
import Testing

@testable import Server

@Suite("Metrics that are computed when they are read")
struct ComputedFamiliesTests {
    private final class Calls: Sendable {
        let count = Atomic<Int>(0)

        func families() -> [MetricFamily] {
            let number = count.wrappingAdd(1, ordering: .relaxed).newValue
            return [MetricFamily("countersign_calls", .gauge, "Calls.", Double(number))]
        }
    }

    @Test("are among the others, and cost one computation within their interval, however many read them")
    func once() async {
        let (metrics, calls) = (ServerMetrics(), Calls())
        metrics.compute(every: .seconds(3600)) { calls.families() }
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = await metrics.families() } }
        }
        #expect(await metrics.families().contains { $0.name == "countersign_calls" })
        #expect(calls.count.load(ordering: .relaxed) == 1)
    }

    @Test("are computed again after their interval")
    func again() async {
        let (metrics, calls) = (ServerMetrics(), Calls())
        metrics.compute { calls.families() }
        for _ in 0..<3 { _ = await metrics.families() }
        #expect(calls.count.load(ordering: .relaxed) == 3)
    }

    @Test("have names and types that Prometheus accepts, and no name twice")
    func names() async {
        let families = await ServerMetrics().families()
        #expect(Set(families.map(\.name)).count == families.count)
        for family in families {
            #expect(family.name.wholeMatch(of: /[a-z]+(_[a-z0-9]+)*/) != nil, "\(family.name)")
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(family.help.hasSuffix("."), "\(family.name)")
        }
    }
}
