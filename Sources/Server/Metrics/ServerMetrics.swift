import Synchronization

/// What a server counts: its requests, and the events that are also its log.
///
/// Labels are cases of enumerations and routes of this program, never text of callers, so no caller can add a series. A class because
/// all parts of a server share it.
package final class ServerMetrics: Sendable {
    package let requests = RequestMetrics()
    let tokens = TokenCounters()
    let assertionRefusals = CounterTable<RejectionCode>()
    let requestRefusals = CounterTable<OAuthError.Code>()
    let registrationRefusals = CounterTable<OAuthError.Code>()
    let secretRefusals = Counter()
    let signIns = Counter()
    let signInRefusals = CounterTable<SignInRefusal>()
    let fetches = CounterTable<Fetch>()
    let problems = CounterTable<Problem>()
    let startedAt = UnixTime.now
    private let sources = Mutex(Sources())

    private struct Sources {
        var store: (any Store)?
        var tokenPath: String?
        var computed: [ComputedFamilies] = []
    }

    package init() {}

    /// The tokens of each grant; without a look-up, because every token is counted.
    struct TokenCounters {
        private let authorizationCode = Counter()
        private let refreshToken = Counter()
        private let clientCredentials = Counter()

        private func counter(_ grant: GrantType) -> Counter {
            switch grant {
            case .authorizationCode: authorizationCode
            case .refreshToken: refreshToken
            case .clientCredentials: clientCredentials
            }
        }

        func increment(_ grant: GrantType) { counter(grant).increment() }

        var values: [GrantType: UInt64] {
            Dictionary(uniqueKeysWithValues: GrantType.allCases.map { ($0, counter($0).value) })
        }
    }

    /// A kind of document and the outcome of reading one.
    struct Fetch: Hashable, CaseIterable {
        let document: Document
        let outcome: ReadResult.Outcome

        enum Document: String, CaseIterable {
            case keySet = "key_set"
            case clientMetadata = "client_metadata"
            case sectorIdentifier = "sector_identifier"

            init(_ document: RemoteDocument) {
                self =
                    switch document {
                    case .keySet, .keySetOfClientURL: .keySet
                    case .clientMetadata: .clientMetadata
                    case .sectorIdentifier: .sectorIdentifier
                    }
            }
        }

        static let allCases = Document.allCases.flatMap { document in
            ReadResult.Outcome.allCases.map { Fetch(document: document, outcome: $0) }
        }
    }

    /// Counts the work of a store too, and tells which route is the token endpoint.
    func observe(_ store: any Store, tokenPath: String) {
        sources.withLock { ($0.store, $0.tokenPath) = (store, tokenPath) }
    }

    /// Adds metrics that are computed when somebody reads `/metrics`: for what is not an event, such as the time until a key expires.
    ///
    /// Name them `countersign_…` with their unit, give labels values from a closed set only, and write them down in docs/metrics.md.
    ///
    /// - Parameters:
    ///   - interval: for how long a result is used again. What costs a query of the store needs minutes.
    ///   - families: called by one reader at a time; what it cannot find out, it leaves out.
    package func compute(
        every interval: Duration = .zero, _ families: @escaping @Sendable () async -> [MetricFamily]
    ) {
        sources.withLock { $0.computed.append(ComputedFamilies(interval: interval, families)) }
    }

    var computedFamilies: [ComputedFamilies] { sources.withLock { $0.computed } }

    var observed: (usage: StoreUsage, tokenPath: String?) {
        let sources = sources.withLock { $0 }
        return (sources.store?.usage ?? StoreUsage(), sources.tokenPath)
    }

    /// Counts an event. Called for each token, so the case of one comes first and takes no lock.
    func record(_ event: ServerEvent) {
        switch event {
        case .tokenIssued(let grant): tokens.increment(grant)
        case .assertionRefused(let code, _, _, _, _): assertionRefusals.increment(code)
        case .requestRefused(let code, _, _, _): requestRefusals.increment(code)
        case .registrationRefused(let code, _, _): registrationRefusals.increment(code)
        case .secretRefused: secretRefusals.increment()
        case .signedIn: signIns.increment()
        case .signInFailed(let reason, _, _): signInRefusals.increment(reason)
        case .documentRead(let document, let outcome):
            fetches.increment(Fetch(document: .init(document), outcome: outcome))
        default:
            // Knows every event.
            if let problem = Problem(event) { problems.increment(problem) }
        }
    }
}
