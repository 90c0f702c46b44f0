/// The warnings before certificates expire: at the start, of all that expire within 30 days; then once a day, of those that have come
/// within 30, 7 or 1 days of their expiry, or have expired, since the previous day.
///
/// Only clients with certificates are read, in pages with pauses between them, so that requests are hardly delayed.
struct CertificateWatch: Sendable {
    /// The maximum number of warnings per check; the number of further ones is reported.
    static let maximumLines = 100
    static let pageSize = 100

    let store: any ClientStore
    /// The setting for clients without one of their own.
    let serverValidity: AssertionPolicy.CertificateValidity
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
                runtime.report(.certificatesNotChecked(error))
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Checks once. The warnings of the `last` check are not repeated; `nil` reports everything.
    func check(since last: UnixTime?, at now: UnixTime) async throws(StoreError) {
        var count = 0
        var position: ClientID?
        repeat {
            let page = try await store.withCertificate(after: position, limit: Self.pageSize)
            for registration in page {
                for notice in registration.certificateNotices(at: now, serverValidity: serverValidity)
                where last.map({ notice.stage != ExpiryStage(notice.certificate, at: $0) }) ?? true {
                    count += 1
                    if count <= Self.maximumLines { runtime.report(.certificateExpiring(notice, at: now)) }
                }
            }
            // Clients may lose their certificates meanwhile, so a page that is not full may be followed by another.
            position = page.last?.client.id
            if position != nil { try? await Task.sleep(for: pause) }
        } while position != nil && !Task.isCancelled
        if count > Self.maximumLines {
            runtime.report(.furtherCertificatesExpiring(count - Self.maximumLines))
        }
    }
}
