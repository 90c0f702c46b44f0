import Countersign

/// What has been decided about a batch before it is written.
struct ReplayDecisions {
    /// Of each claim, as it will be once the batch is durable.
    var answers: [Result<ReplayVerdict, StoreError>] = []
    /// The first uses.
    private(set) var accepted: [ReplayRecord] = []
    private(set) var acceptedFingerprints: [UInt64] = []
    private(set) var fingerprints: FingerprintTable
    /// Answers that hold only if the batch becomes durable: first uses and their repetitions.
    private var conditional: [Int] = []

    init(_ count: Int) {
        answers.reserveCapacity(count)
        accepted.reserveCapacity(count)
        acceptedFingerprints.reserveCapacity(count)
        fingerprints = FingerprintTable(room: count)
    }

    mutating func accept(_ record: ReplayRecord, _ fingerprint: UInt64) {
        conditional.append(answers.count)
        answers.append(.success(.firstUse))
        accepted.append(record)
        acceptedFingerprints.append(fingerprint)
        _ = fingerprints.insert(fingerprint)
    }

    /// Answers the repetition of a claim that was accepted in this batch.
    mutating func repeatAccepted() {
        conditional.append(answers.count)
        answers.append(.success(.replayed))
    }

    mutating func refuse(_ reason: String) {
        answers.append(.failure(.unavailable(reason)))
    }

    /// Takes back what depended on the batch.
    mutating func fail(_ reason: StoreError) {
        for position in conditional { answers[position] = .failure(reason) }
    }
}
