import Countersign
import Store

/// A simulated schedule derived from a seed: claims, batches, disk faults, crashes, sweeps and clock jumps.
///
/// The log is the server's own; its storage, its clock and the order of events are simulated. Invariants: no assertion is
/// accepted twice, whatever the clock does; and once all have expired, the log is empty again and accepts new ones.
struct ReplaySchedule {
    struct Violation: Error, CustomStringConvertible {
        enum Kind {
            case acceptedTwice
            case lockedOut
            case wrongAnswer
        }

        let kind: Kind
        let description: String

        init(_ kind: Kind, _ description: String) {
            self.kind = kind
            self.description = description
        }
    }

    /// An assertion that may be sent several times.
    private struct Assertion {
        let record: ReplayRecord
        var claims = 0
        var accepted = 0
    }

    private static let start = UnixTime(seconds: 1_800_000_000)

    private var random: SeededNumbers
    private let disk: SimulatedDisk
    private let limits: ReplayLimits
    private let hasClockJumps: Bool
    private let mayCrash: Bool
    private var log: ReplayLog
    private var now = Self.start {
        didSet { latestTime = max(latestTime, now) }
    }
    private var latestTime = Self.start
    private var assertions: [Assertion] = []
    /// Claims waiting for the writer, as indices into `assertions`.
    private var waiting: [Int] = []
    private var hasGoneBack = false
    private(set) var accepted = 0

    init(seed: UInt64, bug: PlantedBug? = nil) throws {
        random = SeededNumbers(seed: seed)
        disk = SimulatedDisk(SeededNumbers(seed: random.next()), bug)
        disk.faults = random.pick([0, 50, 300])
        disk.crashes = random.pick([0, 20, 100])
        mayCrash = disk.crashes > 0
        hasClockJumps = random.next(below: 3) > 0
        var limits = ReplayLimits()
        limits.sliceLength = .seconds(random.pick([60, 200, 450]))
        limits.maximumSlices = random.pick([3, 64])
        limits.maximumLiveClaims = random.pick([8, 1000, 1000])
        self.limits = limits
        log = try disk.restart(limits, at: Self.start)
    }

    mutating func run() throws {
        for _ in 0..<(20 + random.next(below: 60)) {
            switch random.next(below: 100) {
            case ..<42: arrive()
            case ..<67: try writeBatch()
            case ..<80: try sweep(steps: 1 + random.next(below: 8))
            case ..<92: now = now + .milliseconds(random.next(below: 120_000))
            case ..<97: jump()
            default: try restart()
            }
        }
        // Recovery must also work in the process that saw the faults.
        if random.next(below: 2) == 0 { try recover() }
        try sendEverythingAgain()
        try recover()
    }

    /// Queues a new assertion or repeats earlier ones; only assertions valid by the clock reach the log.
    private mutating func arrive() {
        let valid = assertions.indices.filter { assertions[$0].record.expiry > now }
        if random.next(below: 2) == 0, !valid.isEmpty {
            for _ in 0...random.next(below: 3) { waiting.append(random.pick(valid)) }
            return
        }
        let lifetime = Duration.milliseconds(1 + random.next(below: random.pick([5_000, 90_000, 3_600_000])))
        waiting.append(newAssertion(expiresIn: lifetime))
    }

    private mutating func newAssertion(expiresIn lifetime: Duration) -> Int {
        let number = assertions.count
        let record = withUnsafeBytes(of: UInt64(number)) {
            ReplayRecord(client: $0, digest: $0, expiry: now + lifetime)
        }
        assertions.append(Assertion(record: record))
        return number
    }

    private mutating func jump() {
        guard hasClockJumps else { return }
        let seconds = random.next(below: random.pick([120, 7200, 100_000]))
        let isBack = random.next(below: 2) == 0
        if isBack { hasGoneBack = true }
        now = now + .seconds(isBack ? -seconds : seconds)
    }

    private mutating func writeBatch() throws {
        guard !waiting.isEmpty else { return }
        let batch = (0..<(1 + random.next(below: waiting.count))).map { _ in
            waiting.remove(at: random.next(below: waiting.count))
        }
        try claim(batch)
    }

    private mutating func claim(_ batch: [Int]) throws {
        let room = limits.maximumLiveClaims - log.liveClaims
        let answers = log.claim(batch.map { assertions[$0].record }, at: now, in: disk)
        guard answers.count == batch.count else { throw Violation(.wrongAnswer, "a claim got no answer") }
        // A crashed process has answered no caller.
        guard !disk.hasCrashed else { return try restart() }
        for (number, answer) in zip(batch, answers) {
            assertions[number].claims += 1
            switch answer {
            case .success(.firstUse):
                assertions[number].accepted += 1
                accepted += 1
                guard assertions[number].accepted == 1 else {
                    throw Violation(.acceptedTwice, "assertion \(number) was accepted twice")
                }
            case .success(.replayed):
                // The answer to the first claim may have been lost in a crash, but there must have been one.
                guard assertions[number].claims > 1 || hasEverFailed else {
                    throw Violation(.wrongAnswer, "assertion \(number) was refused as a replay of nothing")
                }
            case .failure(let reason):
                guard hasEverFailed || hasGoneBack || room < batch.count || assertions[number].record.expiry <= now
                else {
                    throw Violation(.wrongAnswer, "assertion \(number) was refused: \(reason.message)")
                }
            }
        }
    }

    private var hasEverFailed: Bool { disk.hasFailed || mayCrash }

    private mutating func sweep(steps: Int) throws {
        for _ in 0..<steps {
            let hasMore = (try? log.sweepStep(at: now, in: disk)) ?? false
            if disk.hasCrashed { return try restart() }
            if !hasMore { return }
        }
    }

    /// Restarts the server; waiting claims get no answer.
    private mutating func restart() throws {
        waiting = []
        log = try disk.restart(limits, at: now)
    }

    /// Sends each assertion again at three points of its lifetime, before and after a restart.
    private mutating func sendEverythingAgain() throws {
        disk.faults = 0
        disk.crashes = 0
        hasGoneBack = true
        for _ in 0..<2 {
            try claim(Array(assertions.indices))
            for number in assertions.indices {
                now = assertions[number].record.expiry - .milliseconds(1)
                try sweep(steps: 3)
                try claim([number])
            }
            now = Self.start
            try claim(Array(assertions.indices))
            try restart()
        }
    }

    /// Lets everything expire on a fault-free disk: the log must then be empty and accept new assertions, also after a restart.
    private mutating func recover() throws {
        disk.faults = 0
        disk.crashes = 0
        waiting = []
        let latestExpiry = assertions.map(\.record.expiry).max() ?? now
        // Slices are kept until the full minute.
        now = max(latestTime, latestExpiry) + .seconds(60) + ReplaySlice.grace
        for left in 0...1 {
            try sweep(steps: 10_000)
            guard log.liveClaims <= left else {
                throw Violation(.lockedOut, "\(log.liveClaims) claims are left after everything has expired")
            }
            let fresh = newAssertion(expiresIn: .seconds(300))
            try claim([fresh])
            guard assertions[fresh].accepted == 1 else {
                throw Violation(.lockedOut, "a new assertion is refused although everything has expired")
            }
            try restart()
        }
    }
}
