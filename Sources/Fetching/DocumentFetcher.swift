@_exported import Countersign

/// A fetcher of documents from URLs that untrusted parties chose. It limits the harm that the URL or its server can do.
///
/// Every address of the host is checked, and only a checked address is connected to; each redirect goes through the same checks. Time,
/// body, head and redirects are bounded. There are no cookies, no credentials and no state between two fetches; a proxy is used only if
/// the policy names one. See docs/decisions/0010-guarded-fetch.md and 0022-private-networks-and-proxies.md.
package struct DocumentFetcher: Sendable {
    /// The media types of a key set (RFC 7517 §8.5.2).
    package static let keySetTypes = "application/jwk-set+json, application/json"

    package let policy: FetchPolicy
    private let resolver: any NameResolver
    private let clock: @Sendable () -> UnixTime

    /// - Parameters:
    ///   - resolver: looks up host names.
    ///   - clock: the time at which a response arrived; used if the response has no date.
    package init(
        _ policy: FetchPolicy = FetchPolicy(), resolver: any NameResolver = SystemNameResolver(),
        clock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.policy = policy
        self.resolver = resolver
        self.clock = clock
    }

    /// - Parameters:
    ///   - scope: whether the private networks that the policy allows may be reached too.
    ///   - etag: the entity tag of a cached copy, for a conditional request. Ignored unless it is 1 to 256 visible ASCII characters.
    ///   - maximumLength: a limit of the body in bytes, below the policy's.
    ///   - maximumRedirects: a limit below the policy's; 0 for Client ID Metadata Documents.
    ///   - accept: the value of `Accept`.
    /// - Throws: `FetchError`, no later than the policy's timeout, and soon after the task is cancelled.
    package func fetch(
        _ url: RemoteURL, scope: FetchScope = .allowedNetworks, etag: String? = nil, maximumLength: Int? = nil,
        maximumRedirects: Int? = nil, accept: String = Self.keySetTypes
    ) async throws(FetchError) -> Fetched {
        let start = ContinuousClock.now
        var policy = policy
        policy.maximumLength = min(maximumLength ?? .max, policy.maximumLength)
        policy.maximumRedirects = min(maximumRedirects ?? .max, policy.maximumRedirects)
        let request = FetchRequest(
            policy: policy, accept: accept, etag: etag.flatMap { ResponseLimits.printable($0, allowsBlanks: false) },
            deadline: start + policy.timeout, progress: FetchProgress(url))
        let fetch = FetchWithRedirects(request: request, resolver: resolver, clock: clock)
        let result = await withTaskGroup(of: Result<Fetched, FetchError>?.self) { group in
            group.addTask {
                do throws(FetchError) {
                    return .success(try await fetch.document(at: url, scope))
                } catch {
                    return .failure(error)
                }
            }
            // The timeout of all steps together: name lookup, connection attempts, redirects and body.
            group.addTask {
                try? await Task.sleep(until: request.deadline)
                return Task.isCancelled ? nil : .failure(request.timedOut)
            }
            defer { group.cancelAll() }
            for await case let result? in group { return result }
            return .failure(.cancelled(url: url.text))
        }
        return try result.get()
    }
}

/// The conditions of one fetch, which hold for all its redirects.
struct FetchRequest: Sendable {
    /// With the limits of this fetch.
    let policy: FetchPolicy
    let accept: String
    let etag: String?
    let deadline: ContinuousClock.Instant
    let progress: FetchProgress

    /// The error of a fetch that takes too long.
    var timedOut: FetchError { progress.timedOut(after: policy.timeout) }
}

package struct Fetched: Sendable, Equatable {
    /// The URL of the document after all redirects.
    package let url: RemoteURL
    /// The document; `nil` if it has not changed since the entity tag that was sent (304).
    package let body: [UInt8]?
    /// The entity tag for the next request: at most 256 visible ASCII characters. After a 304 without one, the old one remains valid.
    package let etag: String?
    /// The freshness lifetime: zero if the document must not be stored, `nil` if the server does not specify one.
    package let lifetime: Duration?
    /// The media type with its parameters; at most 256 bytes of printable ASCII.
    package let contentType: String?
}
