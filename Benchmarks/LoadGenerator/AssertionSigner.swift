import Countersign
import Foundation
import Synchronization

/// A signer of a plan's assertions on all processors available to this process.
struct AssertionSigner: Sendable {
    let plan: AssertionPlan
    let now: UnixTime

    func sign() async throws -> [[UInt8]] {
        let workers = min(plan.count, ProcessInfo.processInfo.activeProcessorCount)
        let share = (plan.count + workers - 1) / workers
        let done = SignedCounter(total: plan.count)
        Progress.say("signing \(plan.count) assertions with \(plan.keyPair.algorithm.name) on \(workers) processors")
        var parts = [[[UInt8]]](repeating: [], count: workers)
        try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
            for worker in 0..<workers {
                let range = min(worker * share, plan.count)..<min((worker + 1) * share, plan.count)
                group.addTask { (worker, try sign(range, done)) }
            }
            for try await (worker, part) in group { parts[worker] = part }
        }
        return Array(parts.joined())
    }

    private func sign(_ range: Range<Int>, _ done: SignedCounter) throws -> [[UInt8]] {
        var template = AssertionTemplate(
            clientID: plan.clients[0], audience: plan.issuer.text, lifetime: AssertionPlan.lifetime,
            keyID: plan.keyPair.keyID)
        return try range.map { index in
            template.clientID = plan.client(index)
            template.keyID = plan.keyID(index)
            done.increment()
            return Array(
                try template.sign(with: plan.keyPair.key, algorithm: plan.keyPair.algorithm, at: now).utf8)
        }
    }
}

/// A counter of the assertions signed by all workers, which reports progress every 10 %.
private final class SignedCounter: Sendable {
    private let signed = Atomic(0)
    private let total: Int

    init(total: Int) {
        self.total = total
    }

    func increment() {
        let count = signed.add(1, ordering: .relaxed).newValue
        if total >= 10_000, count % (total / 10) == 0 { Progress.say("  \(count)") }
    }
}
