import Countersign
import Store

/// Tells of certificates before they run out: when the server starts, of all that are within 30 days of their end, and then once
/// a day, of those that have come 30, 7 or 1 days near to it, or have run out, since the day before.
///
/// Only clients with certificates are read, a page at a time with a rest in between, so that requests hardly notice.
package struct CertificateWatch: Sendable {
    /// The most certificates one check tells of; how many there are besides is told as well.
    package static let maximumLines = 100
    /// How many clients are read at once.
    static let pageSize = 100

    private let store: any ClientStore
    private let serverValidity: AssertionPolicy.CertificateValidity
    private let rest: Duration
    private let runtime: Runtime

    /// - Parameters:
    ///   - serverValidity: the server's answer for clients without one of their own.
    ///   - rest: between two pages: some ten times as long as one takes.
    package init(
        store: any ClientStore, serverValidity: AssertionPolicy.CertificateValidity,
        rest: Duration = .milliseconds(100),
        _ runtime: Runtime
    ) {
        self.rest = rest
        self.store = store
        self.serverValidity = serverValidity
        self.runtime = runtime
    }

    /// Checks at once and then each day, until its task is cancelled. A check that fails is made up for by the next one.
    package func run(every interval: Duration = .seconds(86_400)) async {
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

    /// Checks once.
    ///
    /// - Parameter last: the time of the check before; what that one told is left out. `nil` tells everything.
    package func check(since last: UnixTime?, at now: UnixTime) async throws(StoreError) {
        var count = 0
        var position: ClientID?
        repeat {
            let page = try await store.certified(after: position, limit: Self.pageSize)
            for registration in page {
                for notice in registration.certificateNotices(at: now, serverValidity: serverValidity)
                where last.map({ notice.expiry != CertificateExpiry(notice.certificate, at: $0) }) ?? true {
                    count += 1
                    if count <= Self.maximumLines { runtime.report(.certificateExpiring(notice, at: now)) }
                }
            }
            // A client may have lost its certificates meanwhile, so a page that is not full can be followed by another.
            position = page.last?.client.id
            if position != nil { try? await Task.sleep(for: rest) }
        } while position != nil && !Task.isCancelled
        if count > Self.maximumLines {
            runtime.report(.furtherCertificatesExpiring(count - Self.maximumLines))
        }
    }
}
