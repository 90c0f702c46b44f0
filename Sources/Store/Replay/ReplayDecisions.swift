/// The decisions on a batch before it is written.
struct ReplayDecisions {
    /// The answer to each claim, valid once the batch is durable.
    var answers: [Result<ReplayVerdict, StoreError>] = []
    private(set) var accepted: [ReplayRecord] = []
    private(set) var acceptedFingerprints: [UInt64] = []
    private(set) var fingerprints: FingerprintTable
    /// Indexes of the answers that are valid only if the batch becomes durable: first uses and their repetitions.
    private var conditional: [Int] = []

    init(_ count: Int) {
        answers.reserveCapacity(count)
        accepted.reserveCapacity(count)
        acceptedFingerprints.reserveCapacity(count)
        fingerprints = FingerprintTable(capacity: count)
    }

    mutating func accept(_ record: ReplayRecord, _ fingerprint: UInt64) {
        conditional.append(answers.count)
        answers.append(.success(.firstUse))
        accepted.append(record)
        acceptedFingerprints.append(fingerprint)
        _ = fingerprints.insert(fingerprint)
    }

    /// Answers the repetition of a claim that was accepted in this batch.
    mutating func answerRepetition() {
        conditional.append(answers.count)
        answers.append(.success(.replayed))
    }

    mutating func reject(_ reason: String) {
        answers.append(.failure(.unavailable(reason)))
    }

    /// Replaces the answers that depend on the batch with failures.
    mutating func fail(_ reason: StoreError) {
        for position in conditional { answers[position] = .failure(reason) }
    }
}
