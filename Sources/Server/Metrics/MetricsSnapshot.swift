/// What a server has counted since it started. Rates are differences of two snapshots.
package struct MetricsSnapshot: Sendable {
    /// All requests that were answered, at every endpoint and page.
    package var requests: UInt64 { requestsByStatusClass.values.reduce(0, +) }
    package var requestsByStatusClass: [StatusClass: UInt64]
    /// Of requests to the token endpoint, in seconds, whatever their answers.
    package var tokenDurations: HistogramSnapshot
    package var tokensByGrant: [GrantType: UInt64]
    /// By the codes of `RejectionCode` and `OAuthError.Code`, each refusal with a reference once; codes without any are left out.
    package var refusals: [String: UInt64]
    package var replays: UInt64
    /// `jti`s that were written, and the transactions that wrote them.
    package var claims: UInt64
    package var commits: UInt64
    /// Reads of key sets from clients' URLs.
    package var keySetFetches: UInt64
    package var failedKeySetFetches: UInt64
}

extension ServerMetrics {
    /// Returns the counts as they are now. It costs a few microseconds for each route that had requests.
    package func snapshot() -> MetricsSnapshot {
        let (usage, tokenPath) = observed
        let claims = usage.claimsPerCommit
        let fetches = keySetFetches
        return MetricsSnapshot(
            requestsByStatusClass: requestsByStatusClass,
            tokenDurations: tokenPath.map(requests.durations) ?? RequestSeries.empty, tokensByGrant: tokens.values,
            refusals: refusalsByCode, replays: assertionRefusals.values[.replayed] ?? 0, claims: UInt64(claims.sum),
            commits: claims.count, keySetFetches: fetches.succeeded, failedKeySetFetches: fetches.failed)
    }

    private var requestsByStatusClass: [StatusClass: UInt64] {
        var counts = Dictionary(uniqueKeysWithValues: StatusClass.allCases.map { ($0, UInt64(0)) })
        for series in requests.all.flatMap(\.series) {
            if let statusClass = series.statusClass {
                counts[statusClass, default: 0] += series.durations.snapshot.count
            }
        }
        for (rejection, count) in requests.rejected { counts[rejection.statusClass, default: 0] += count }
        return counts
    }

    private var refusalsByCode: [String: UInt64] {
        var counts: [String: UInt64] = [:]
        for (code, count) in assertionRefusals.values where count > 0 { counts[code.rawValue, default: 0] += count }
        for table in [requestRefusals, registrationRefusals] {
            for (code, count) in table.values where count > 0 { counts[code.rawValue, default: 0] += count }
        }
        if secretRefusals.value > 0 {
            counts[OAuthError.Code.invalidClient.rawValue, default: 0] += secretRefusals.value
        }
        return counts
    }

    private var keySetFetches: (succeeded: UInt64, failed: UInt64) {
        var counts: (succeeded: UInt64, failed: UInt64) = (0, 0)
        for (fetch, count) in fetches.values where fetch.document == .keySet {
            if fetch.outcome == .failed { counts.failed += count } else { counts.succeeded += count }
        }
        return counts
    }
}
