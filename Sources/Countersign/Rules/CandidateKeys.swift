/// Rules 12 and 14, RFC 7517 §4: the registered keys that may have made a signature.
///
/// A `kid` may also be a key's RFC 7638 thumbprint or its certificate's thumbprint.
enum CandidateKeys {
    /// The maximum number of keys to try if no `kid` selects one.
    static let maximumWithoutKeyID = 4
    /// The maximum number of excluded keys in a rejection.
    private static let maximumListed = 8

    static func select(
        for header: JOSEHeader, of client: RegisteredClient, at now: UnixTime
    ) throws(Rejection) -> [ClientKey] {
        if let problem = client.keyProblem { throw .noMatchingKey(.ambiguousKeyStoreEntry(problem)) }
        let keys = client.keys
        guard !keys.isEmpty else { throw .noMatchingKey(.noKeys) }
        var hints = KeyHints()
        let candidates = keys.filter { hints.exclusion(of: $0, for: header, at: now) == nil }
        guard candidates.count < 2 else {
            // A key without `kid` is a candidate, unless the header names another key.
            let named = candidates.filter { hints.names($0, in: header) }
            return named.isEmpty ? candidates : named
        }
        guard candidates.isEmpty else { return candidates }
        // Keys that the header names are listed first.
        let named = keys.filter { hints.names($0, in: header) }
        let others = keys.filter { !hints.names($0, in: header) }
        let excluded = (named + others).prefix(maximumListed).compactMap { key in
            hints.exclusion(of: key, for: header, at: now).map { ExcludedKey(key, $0) }
        }
        throw .noMatchingKey(.noneFits(header, excluded: excluded, others: keys.count - excluded.count))
    }

    /// Rule 14: without a `kid` every candidate is tried, but at most four.
    static func checkCount(_ candidates: [ClientKey]) throws(Rejection) {
        guard candidates.count <= maximumWithoutKeyID else { throw .noMatchingKey(.tooMany(candidates.count)) }
    }
}
