import Countersign
import NIOHTTP1

/// Fetches documents whose URL a stranger chose, so that neither the URL nor the server behind it can do harm.
///
/// Every address of the host is checked, and a checked one is connected to; each redirect goes through the same. Time, body, head and
/// redirects are bounded. No cookies, no credentials, nothing kept between two fetches; a proxy only if the policy names one. See
/// docs/decisions/0010-guarded-fetch.md and 0022-private-networks-and-proxies.md.
package struct DocumentFetcher: Sendable {
    /// What is asked for where a key set is expected (RFC 7517 §8.5.2).
    package static let keySetTypes = "application/jwk-set+json, application/json"

    /// What a fetch may do and cost.
    package let policy: FetchPolicy
    private let resolver: any NameResolver
    private let clock: @Sendable () -> UnixTime

    /// - Parameters:
    ///   - resolver: looks up the hosts' names.
    ///   - clock: tells when an answer came, which counts where the answer has no date.
    package init(
        _ policy: FetchPolicy = FetchPolicy(), resolver: any NameResolver = SystemNameResolver(),
        clock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.policy = policy
        self.resolver = resolver
        self.clock = clock
    }

    /// Fetches a document.
    ///
    /// - Parameters:
    ///   - reach: whether the private networks that the policy allows may be reached too.
    ///   - etag: of the copy at hand, so that an unchanged document is not sent again. Anything but 1 to 256 visible ASCII characters is ignored.
    ///   - maximumLength: of the body, in bytes, where it is less than the policy's.
    ///   - maximumRedirects: where there are to be fewer than the policy's; none for Client ID Metadata Documents.
    ///   - accept: the media types to ask for.
    /// - Throws: `FetchError`, no later than the policy's timeout; soon after the task is cancelled.
    package func fetch(
        _ url: RemoteURL, reach: FetchReach = .allowedNetworks, etag: String? = nil, maximumLength: Int? = nil,
        maximumRedirects: Int? = nil,
        accept: String = Self.keySetTypes
    ) async throws(FetchError) -> Fetched {
        let start = ContinuousClock.now
        let progress = FetchProgress(url)
        let walk = FetchWalk(
            policy: policy, reach: reach, resolver: resolver, clock: clock,
            maximumLength: min(maximumLength ?? .max, policy.maximumLength),
            maximumRedirects: min(maximumRedirects ?? .max, policy.maximumRedirects), accept: accept,
            etag: etag.flatMap { ResponseLimits.printable($0, allowsBlanks: false) },
            deadline: start + policy.timeout, progress: progress)
        let result = await withTaskGroup(of: Result<Fetched, FetchError>?.self) { [policy] group in
            group.addTask {
                do throws(FetchError) {
                    return .success(try await walk.fetch(url))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await Task.sleep(until: start + policy.timeout)
                    return .failure(progress.timedOut(after: policy.timeout))
                } catch {
                    return nil
                }
            }
            defer { group.cancelAll() }
            for await case let result? in group { return result }
            return .failure(.cancelled(url: url.text))
        }
        return try result.get()
    }
}
