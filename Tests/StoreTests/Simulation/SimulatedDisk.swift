import Countersign
@testable import Store

/// A simulated disk with random faults derived from a seed. A class because a log and its schedule share it.
///
/// A write succeeds, is rolled back, or fails with an unknown outcome: lost, durable, or a ghost that is invisible until the
/// next crash. It may also crash the process halfway.
final class SimulatedDisk: ReplayLogStorage {
    private struct Contents {
        var state = ReplayLogState()
        var batches: [Int64: [[UInt8]]] = [:]
    }

    private enum Fate {
        case succeeds
        case rolledBack
        case lost
        case durable
        case ghost
    }

    /// The rates of faults and crashes, per thousand writes.
    var faults = 0
    var crashes = 0
    /// The process has crashed: its last decisions reached no caller.
    private(set) var hasCrashed = false
    private(set) var hasFailed = false
    private let bug: PlantedBug?
    private var random: SeededNumbers
    private var contents = Contents()
    private var ghost: Contents?
    /// Pending writes of the planted bug that answers before it writes.
    private var late: Contents?
    /// The state that the log assumes.
    private var believed = ReplayLogState()

    init(_ random: SeededNumbers, _ bug: PlantedBug?) {
        self.random = random
        self.bug = bug
    }

    func state() throws(StoreError) -> ReplayLogState {
        if random.next(below: 1000) < faults { throw .unavailable("the disk does not answer") }
        return bug == .stateIsNotReadAfterAFault ? believed : Self.state(of: contents)
    }

    private static func state(of contents: Contents) -> ReplayLogState {
        var state = contents.state
        state.batches = Int64(state.slices.last.map { contents.batches[$0.number, default: []].count } ?? 0)
        return state
    }

    func append(_ batch: ReplayBatch) throws(ReplayLogWriteError) {
        if bug == .lastSliceIsNotReplaced, batch.records.isEmpty { throw .rolledBack(.unavailable("nothing to write")) }
        var after = bug == .answersBeforeTheCommit ? late ?? contents : contents
        if after.state.slices.last?.number != batch.slice.number { after.state.slices.append(batch.slice) }
        if bug != .expiryOfASliceIsThatOfItsFirstClaim {
            after.state.slices[after.state.slices.count - 1] = batch.slice
        }
        guard after.batches[batch.slice.number, default: []].count == batch.number else {
            throw .rolledBack(.conflict("batch \(batch.number)"))
        }
        if !batch.records.isEmpty { after.batches[batch.slice.number, default: []].append(batch.records) }
        try write(after)
    }

    func removeStep(ofSlice number: Int64, sweptUntil: UnixTime) throws(ReplayLogWriteError) -> Bool {
        var after = bug == .answersBeforeTheCommit ? late ?? contents : contents
        if bug != .sweptUntilIsForgotten { after.state.sweptUntil = max(after.state.sweptUntil, sweptUntil) }
        let remaining = after.batches[number, default: []].dropFirst(2)
        after.batches[number] = Array(remaining)
        let isGone = remaining.isEmpty
        if isGone {
            after.batches[number] = nil
            after.state.slices.removeAll { $0.number == number }
        }
        try write(after)
        return isGone
    }

    private func write(_ after: Contents) throws(ReplayLogWriteError) {
        if bug == .answersBeforeTheCommit {
            late = after
            if random.next(below: 4) == 0 { contents = after }
            return
        }
        if random.next(below: 1000) < crashes {
            hasCrashed = true
            if random.next(below: 2) == 0 { contents = after }
            throw .unknown(.unavailable("the process ended"))
        }
        switch random.next(below: 1000) < faults ? random.pick([.rolledBack, .lost, .durable, .ghost]) : Fate.succeeds {
        case .succeeds:
            contents = after
            believed = Self.state(of: after)
            ghost = nil
            return
        case .rolledBack: throw fault { .rolledBack($0) }
        case .lost: break
        case .durable:
            contents = after
            ghost = nil
        case .ghost: ghost = after
        }
        if bug == .unknownCommitCountsAsDurable {
            hasFailed = true
            return
        }
        throw fault { .unknown($0) }
    }

    private func fault(_ error: (StoreError) -> ReplayLogWriteError) -> ReplayLogWriteError {
        hasFailed = true
        return error(.unavailable("the disk does not answer"))
    }

    /// Returns the log that the next process loads.
    func restart(_ limits: ReplayLimits, at now: UnixTime) throws -> ReplayLog {
        hasCrashed = false
        if let ghost, random.next(below: 2) == 0 { contents = ghost }
        ghost = nil
        late = nil
        believed = Self.state(of: contents)
        let faults = faults
        self.faults = 0
        defer { self.faults = faults }
        var log = ReplayLog(
            state: try state(), limits: limits, key: FingerprintKey(k0: random.next(), k1: random.next()))
        for (slice, batches) in contents.batches.sorted(by: { $0.key < $1.key }) {
            if bug == .expiredSlicesAreNotRead, isExpired(slice, at: now) { continue }
            for records in bug == .lastBatchIsNotRead ? batches.dropLast() : batches[...] {
                try records.withUnsafeBytes { try log.load($0, slice: slice) }
            }
        }
        return log
    }

    private func isExpired(_ slice: Int64, at now: UnixTime) -> Bool {
        contents.state.slices.contains { $0.number == slice && $0.latestExpiry + ReplaySlice.grace <= now }
    }
}

/// A planted bug that the simulation must find. The disk imitates bugs of the log by answering as if the log had asked wrongly.
enum PlantedBug: String, CaseIterable, Sendable {
    case sweptUntilIsForgotten
    case expiryOfASliceIsThatOfItsFirstClaim
    case answersBeforeTheCommit
    case unknownCommitCountsAsDurable
    case lastBatchIsNotRead
    case stateIsNotReadAfterAFault
    case expiredSlicesAreNotRead
    case lastSliceIsNotReplaced

    /// The violation that the bug causes.
    var violation: ReplaySchedule.Violation.Kind {
        switch self {
        case .stateIsNotReadAfterAFault, .lastSliceIsNotReplaced: .lockedOut
        case .sweptUntilIsForgotten, .expiryOfASliceIsThatOfItsFirstClaim, .answersBeforeTheCommit,
            .unknownCommitCountsAsDurable, .lastBatchIsNotRead, .expiredSlicesAreNotRead:
            .acceptedTwice
        }
    }
}

/// A pseudo-random sequence determined by its seed (SplitMix64; Steele, Lea and Flood 2014).
struct SeededNumbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func next(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[next(below: values.count)] }
}
