extension ServerMetrics {
    /// Returns all metrics as they are now.
    func families() async -> [MetricFamily] {
        var families = requestFamilies + eventFamilies + storeFamilies(observed.usage)
        for computed in computedFamilies { families += await computed.families() }
        return families
    }

    private typealias Sample = MetricFamily.Sample

    /// Names and labels of the first two are those of OpenTelemetry's conventions for HTTP.
    private var requestFamilies: [MetricFamily] {
        let durations = requests.all.flatMap { route in
            route.series.map { series in
                Sample(
                    [
                        ("http_request_method", series.method.name), ("http_route", route.path),
                        ("http_response_status_code", String(series.status)),
                    ], .histogram(series.durations.snapshot))
            }
        }
        return [
            MetricFamily(
                "http_server_request_duration_seconds", .histogram,
                "Time from the whole request to the response, without the time of the network.", durations),
            MetricFamily(
                "http_server_active_requests", .gauge, "Requests that are being answered.",
                Double(requests.active.value)),
            MetricFamily(
                "countersign_http_requests_rejected_total", .counter, "Requests that reached no endpoint.",
                by: "reason",
                Self.values(requests.rejected)),
        ]
    }

    private var eventFamilies: [MetricFamily] {
        let fetches = fetches.values.map { fetch, count in
            Sample(
                [("document", fetch.document.rawValue), ("outcome", fetch.outcome.rawValue)], .number(Double(count)))
        }
        return [
            MetricFamily(
                "countersign_tokens_issued_total", .counter, "Answers of the token endpoint with tokens.", by: "grant",
                Self.values(tokens.values)),
            MetricFamily(
                "countersign_refusals_total", .counter, "Refusals with a reference, by kind of request and code.",
                refusals),
            MetricFamily(
                "countersign_sign_ins_total", .counter, "Passwords that people typed, by what came of it.",
                by: "outcome",
                signInOutcomes),
            MetricFamily(
                "countersign_fetches_total", .counter, "Documents read from clients' URLs.",
                fetches.sorted { $0.labels.map(\.value).joined() < $1.labels.map(\.value).joined() }),
            MetricFamily(
                "countersign_problems_total", .counter, "Problems of the server, each also a line of the log.",
                by: "problem", Self.values(problems.values)),
        ]
    }

    private var refusals: [MetricFamily.Sample] {
        func samples(_ kind: String, _ counts: [String: Double]) -> [Sample] {
            counts.sorted { $0.key < $1.key }.map { Sample([("kind", kind), ("code", $0.key)], .number($0.value)) }
        }
        return samples("assertion", Self.values(assertionRefusals.values))
            + samples("request", Self.values(requestRefusals.values))
            + samples("registration", Self.values(registrationRefusals.values))
            + samples("secret", [OAuthError.Code.invalidClient.rawValue: Double(secretRefusals.value)])
    }

    private var signInOutcomes: [String: Double] {
        var outcomes = ["signed_in": Double(signIns.value)]
        for (reason, count) in signInRefusals.values { outcomes[reason.metricName] = Double(count) }
        return outcomes
    }

    private func storeFamilies(_ usage: StoreUsage) -> [MetricFamily] {
        [
            MetricFamily(
                "countersign_claims_per_commit", .histogram, "Used assertions that each transaction recorded.",
                [Sample([], .histogram(usage.claimsPerCommit))]),
            MetricFamily(
                "countersign_queue_length", .gauge, "What waits: claims and other writes for the disk, audit entries.",
                by: "queue",
                [
                    "claims": Double(usage.waitingClaims), "writes": Double(usage.waitingWrites),
                    "audit": Double(usage.waitingAuditEntries),
                ]),
            MetricFamily(
                "countersign_audit_entries_dropped_total", .counter,
                "Audit entries that found their queue full or could not be written.",
                Double(usage.droppedAuditEntries)),
            MetricFamily(
                "countersign_store_read_wait_seconds", .histogram, "Time that reads waited for a database connection.",
                [Sample([], .histogram(usage.readWaits))]),
            MetricFamily(
                "countersign_store_look_up_waits_total", .counter,
                "Look-ups that waited because their database connection was in use.", Double(usage.lookUpWaits)),
            MetricFamily(
                "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.",
                Double(startedAt.milliseconds) / 1000),
        ]
    }

    private static func values<Key: RawRepresentable<String>>(_ counts: [Key: UInt64]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, Double($1)) })
    }
}

/// Returns the look-ups in a cache that found something, and those that did not.
typealias CacheUsage = @Sendable () -> (hits: UInt64, misses: UInt64)

extension ServerMetrics {
    /// Adds the caches of clients, and the passwords that wait to be checked.
    func observe(_ clients: ClientResolver, _ passwords: PasswordHasher) {
        // Only what is counted: the parts of a server have these metrics, and must not be kept alive by them.
        let registered = clients.registered
        var caches: [String: CacheUsage] = [
            "key_sets": clients.keySets.usage, "key_sets_of_strangers": clients.strangersKeySets.usage,
        ]
        caches["clients"] = { registered.usage }
        caches["client_metadata"] = clients.documents?.usage
        let sorted = caches.sorted { $0.key < $1.key }
        compute {
            var lookUps: [MetricFamily.Sample] = []
            for (cache, usage) in sorted {
                let (hits, misses) = usage()
                lookUps.append(.init([("cache", cache), ("result", "hit")], .number(Double(hits))))
                lookUps.append(.init([("cache", cache), ("result", "miss")], .number(Double(misses))))
            }
            return [
                MetricFamily(
                    "countersign_cache_lookups_total", .counter, "Look-ups in caches; a miss reads the store.", lookUps),
                MetricFamily(
                    "countersign_password_checks_waiting", .gauge, "Password checks that wait for a thread.",
                    Double(passwords.waitingCount)),
            ]
        }
    }
}

extension SignInRefusal {
    fileprivate var metricName: String {
        switch self {
        case .unknownName: "unknown_name"
        case .wrongPassword: "wrong_password"
        case .disabled: "disabled"
        case .tooManyAttempts: "too_many_attempts"
        case .busy: "busy"
        }
    }
}
