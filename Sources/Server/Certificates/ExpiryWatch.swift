/// The warnings before certificates, keys, secrets and tokens end: at the start, of all that end within 30 days; then once a day, of those
/// that have come within 30, 7 or 1 days of their end, or have ended, since the previous day.
///
/// Only what has reached a step is read, by an index, in pages with pauses between them, so that requests are hardly delayed.
struct ExpiryWatch: Sendable {
    /// The maximum number of warnings per check; the number of further ones is reported.
    static let maximumLines = 100
    static let pageSize = 100

    let store: any Store
    /// The setting for clients without one of their own.
    let serverValidity: AssertionPolicy.CertificateValidity
    /// Of the server's own TLS certificate.
    var certificateFile: String?
    /// The pause between two pages, about ten times as long as reading one takes.
    var pause: Duration = .milliseconds(100)
    let runtime: Runtime

    /// Checks at once and then daily, until its task is cancelled. The check after a failed one includes what that one missed.
    func run(every interval: Duration = .seconds(86_400)) async {
        var last: UnixTime?
        while !Task.isCancelled {
            let now = runtime.clock()
            do {
                try await check(since: last, at: now)
                last = now
            } catch {
                // A server that is stopped cancels the check.
                guard !Task.isCancelled else { return }
                runtime.report(.certificatesNotChecked(error))
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Checks once. The warnings of the `last` check are not repeated; `nil` reports everything.
    func check(since last: UnixTime?, at now: UnixTime) async throws(StoreError) {
        var count = 0
        func report(_ event: ServerEvent) {
            count += 1
            if count <= Self.maximumLines { runtime.report(event) }
        }
        if let own = Expiration.ofTLSCertificate(certificateFile), let stage = ExpiryStage(own.at, at: now),
            last.map({ ExpiryStage(own.at, at: $0) != stage }) ?? true
        {
            report(.expiring(own, at: now))
        }
        for filter in Self.filters(since: last, at: now) {
            var position: ExpiryPosition?
            repeat {
                let page = try await store.expirations.page(filter, after: position, limit: Self.pageSize)
                for expiration in page
                // What has moved on since is reported once, at the step that it has reached now.
                where last == nil
                    || ExpiryStage(expiration.at, at: now).map({ now + $0.distance == filter.until }) == true
                {
                    if let event = try await event(expiration, at: now) { report(event) }
                }
                position = page.count < Self.pageSize ? nil : page.last?.position
                if position != nil { try? await Task.sleep(for: pause) }
            } while position != nil && !Task.isCancelled
        }
        if count > Self.maximumLines { runtime.report(.furtherCertificatesExpiring(count - Self.maximumLines)) }
    }

    /// What has reached a step since the last check, one filter for each step.
    private static func filters(since last: UnixTime?, at now: UnixTime) -> [ExpiryFilter] {
        guard let last else { return [ExpiryFilter(until: now + ExpiryStage.thirtyDays.distance)] }
        return ExpiryStage.allCases.map { ExpiryFilter(from: last + $0.distance, until: now + $0.distance) }
    }

    /// - Returns: `nil` for what is not in use: of a disabled client, or a certificate beside another source of keys.
    private func event(_ expiration: Expiration, at now: UnixTime) async throws(StoreError) -> ServerEvent? {
        var registration: ClientRegistration?
        if let client = expiration.client {
            registration = try await store.clients.registration(of: client)
            guard registration?.client.isEnabled == true else { return nil }
        }
        switch expiration.kind {
        case .clientCertificate, .keyStoreCertificate:
            let notices = registration?.certificateNotices(at: now, serverValidity: serverValidity) ?? []
            let notice = notices.first {
                $0.certificate.notAfter == expiration.at && $0.place.name == expiration.name
            }
            return notice.map { .certificateExpiring($0, at: now) }
        case .keySetCertificate:
            guard let registration, case .keySet = registration.keySource else { return nil }
            return .expiring(expiration, at: now)
        case .clientKey, .clientSecret, .registrationToken, .serverKey, .tlsCertificate:
            return .expiring(expiration, at: now)
        }
    }
}

extension CertificateNotice.Place {
    fileprivate var name: ExactString {
        switch self {
        case .ownKey(let name): ExactString(name)
        case .keyStore(let alias): alias
        }
    }
}
