import CountersignJOSE

/// Rules 12 and 14, RFC 7517 §4: the registered keys that may have made this signature.
///
/// A `kid` also names a key by its RFC 7638 thumbprint or by its certificate's thumbprint.
enum CandidateKeys {
    /// How many keys are tried where no `kid` chooses one.
    static let maximumWithoutKeyID = 4
    /// How many keys a rejection tells of.
    private static let maximumTold = 8

    static func select(
        for header: JOSEHeader, of client: RegisteredClient, at now: UnixTime
    ) throws(Rejection) -> [ClientKey] {
        if let obstacle = client.keyObstacle { throw .noMatchingKey(.notItsKey(obstacle)) }
        let keys = client.keys
        guard !keys.isEmpty else { throw .noMatchingKey(.noKeys) }
        var hints = KeyHints()
        let candidates = keys.filter { hints.exclusion(of: $0, for: header, at: now) == nil }
        guard candidates.count < 2 else {
            // A key without `kid` may be the one that is meant, but not beside one that is named.
            let named = candidates.filter { hints.names($0, in: header) }
            return named.isEmpty ? candidates : named
        }
        guard candidates.isEmpty else { return candidates }
        // Those that the header names come first: of many keys, they are the ones to be told of.
        let named = keys.filter { hints.names($0, in: header) }
        let others = keys.filter { !hints.names($0, in: header) }
        let excluded = (named + others).prefix(maximumTold).compactMap { key in
            hints.exclusion(of: key, for: header, at: now).map { ExcludedKey(key, $0) }
        }
        throw .noMatchingKey(
            .noneFits(SoughtKey(header), excluded: excluded, others: keys.count - excluded.count))
    }

    /// Rule 14: where no `kid` chooses, every candidate is tried, but not more than four.
    static func checkCount(_ candidates: [ClientKey]) throws(Rejection) {
        guard candidates.count <= maximumWithoutKeyID else { throw .noMatchingKey(.tooMany(candidates.count)) }
    }
}
