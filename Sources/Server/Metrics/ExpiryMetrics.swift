/// When the next thing of each kind ends, and how many end soon.
///
/// The labels are kinds and distances of this program: which client or key it is, the expiry calendar says.
struct ExpiryMetrics: Sendable {
    /// For how long a result is used again.
    static let interval: Duration = .seconds(60)
    /// What is counted of each kind within a distance.
    static let ceiling = 1000
    /// How long something that has ended is still the next of its kind, so that an alert does not end with it.
    static let past: Duration = .seconds(7 * 86_400)
    private static let stages: [ExpiryStage] = [.thirtyDays, .sevenDays, .oneDay]

    let store: any ExpirationStore
    /// Of the server's own TLS certificate.
    let certificateFile: String?
    let clock: @Sendable () -> UnixTime

    /// - Returns: nothing if the store does not answer: an old value would look like a new one.
    func families() async -> [MetricFamily] {
        do {
            return try await computed(at: clock())
        } catch {
            return []
        }
    }

    private func computed(at now: UnixTime) async throws(StoreError) -> [MetricFamily] {
        let own = Expiration.ofTLSCertificate(certificateFile)
        var next: [String: Double] = [:]
        var counts: [MetricFamily.Sample] = []
        for kind in Expiration.Kind.allCases {
            let own = own.flatMap { $0.kind == kind ? $0 : nil }
            let first = try await store.page(ExpiryFilter(from: now - Self.past, kind: kind), after: nil, limit: 1)
                .first
            if let end = (first ?? own)?.at, now - Self.past <= end {
                next[kind.rawValue] = Double((end - now).milliseconds) / 1000
            }
            for stage in Self.stages {
                let filter = ExpiryFilter(from: now, until: now + stage.distance, kind: kind)
                let stored = try await store.count(filter, upTo: Self.ceiling).number
                let isSoon = own.map { filter.from <= $0.at && $0.at < filter.until } ?? false
                counts.append(
                    .init(
                        [("kind", kind.rawValue), ("within", stage.days)], .number(Double(stored + (isSoon ? 1 : 0)))))
            }
        }
        return [
            MetricFamily(
                "countersign_expiry_seconds", .gauge,
                "Time until the next key, certificate, secret or token of the kind ends; negative for a week after it has.",
                by: "kind", next),
            MetricFamily(
                "countersign_expiring", .gauge,
                "Keys, certificates, secrets and tokens of the kind that end within a time; a thousand stand for more.",
                counts),
        ]
    }
}

extension ExpiryStage {
    /// The distance as a label: `7d`.
    fileprivate var days: String { "\(rawValue)d" }
}

extension ServerMetrics {
    /// Adds when keys, certificates, secrets and tokens end.
    func observe(_ expiry: ExpiryMetrics) {
        compute(every: ExpiryMetrics.interval) { await expiry.families() }
    }
}
