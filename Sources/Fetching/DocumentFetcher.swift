@_exported import Countersign

/// A fetcher of documents from URLs that untrusted parties chose, and a sender of forms to them. It limits the harm that the URL or its server
/// can do.
///
/// Every address of the host is checked, and only a checked address is connected to; each redirect goes through the same checks. Time,
/// body, head and redirects are bounded. There are no cookies, no credentials and no state between two fetches; a proxy is used only if
/// the policy names one. See docs/decisions/0010-guarded-fetch.md and 0022-private-networks-and-proxies.md.
package struct DocumentFetcher: Sendable {
    /// The media types of a key set (RFC 7517 §8.5.2).
    package static let keySetTypes = "application/jwk-set+json, application/json"

    /// How much of the answer to a form may arrive before it is closed, apart from its head; in bytes.
    private static let maximumAnswerLength = 4096

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
    ///   - trace: receives what happens.
    /// - Throws: `FetchError`, no later than the policy's timeout, and soon after the task is cancelled.
    package func fetch(
        _ url: RemoteURL, scope: FetchScope = .allowedNetworks, etag: String? = nil, maximumLength: Int? = nil,
        maximumRedirects: Int? = nil, accept: String = Self.keySetTypes,
        trace: FetchTrace? = nil
    ) async throws(FetchError) -> Fetched {
        var policy = policy
        policy.maximumLength = min(maximumLength ?? .max, policy.maximumLength)
        policy.maximumRedirects = min(maximumRedirects ?? .max, policy.maximumRedirects)
        let request = FetchRequest(
            policy: policy, content: .document(accept: accept, etag: etag), deadline: .now + policy.timeout,
            progress: FetchProgress(url), trace: trace)
        let fetch = FetchWithRedirects(request: request, resolver: resolver, clock: clock)
        return try await request.withinDeadline { () async throws(FetchError) in
            try await fetch.document(at: url, scope)
        }
    }

    /// Posts a form and returns the status of the answer. A redirect is an answer, and not followed.
    ///
    /// Addresses, proxy, TLS and time are as for a document. The body of the answer is not read.
    ///
    /// - Parameters:
    ///   - form: `application/x-www-form-urlencoded`.
    ///   - scope: whether the private networks that the policy allows may be reached too.
    /// - Throws: `FetchError`, no later than the policy's timeout, and soon after the task is cancelled. The server may have received the form.
    package func post(
        _ form: [UInt8], to url: RemoteURL, scope: FetchScope = .allowedNetworks
    ) async throws(FetchError) -> Int {
        var policy = policy
        policy.maximumLength = Self.maximumAnswerLength
        let request = FetchRequest(
            policy: policy, content: .form(form), deadline: .now + policy.timeout, progress: FetchProgress(url))
        let fetch = FetchWithRedirects(request: request, resolver: resolver, clock: clock)
        return try await request.withinDeadline { () async throws(FetchError) in
            try await fetch.response(of: url, scope).answer.status
        }
    }
}

/// The conditions of one request, which hold for all its redirects.
struct FetchRequest: Sendable {
    /// With the limits of this request.
    let policy: FetchPolicy
    let content: Content
    let deadline: ContinuousClock.Instant
    let progress: FetchProgress
    var trace: FetchTrace?

    enum Content: Sendable {
        /// - Parameter etag: the entity tag of a cached copy.
        case document(accept: String, etag: String?)
        /// Sent by POST.
        case form([UInt8])

        /// The entity tag that is sent, if it is printable.
        var etag: String? {
            guard case .document(_, let etag?) = self else { return nil }
            return ResponseLimits.printable(etag, allowsBlanks: false)
        }
    }

    /// The error of a request that takes too long.
    var timedOut: FetchError { progress.timedOut(after: policy.timeout) }

    /// Cancels the work at the deadline of all steps together: name lookup, connection attempts, redirects and body.
    func withinDeadline<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(FetchError) -> Value
    ) async throws(FetchError) -> Value {
        let result = await withTaskGroup(of: Result<Value, FetchError>?.self) { group in
            group.addTask {
                do throws(FetchError) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(until: deadline)
                return Task.isCancelled ? nil : .failure(timedOut)
            }
            defer { group.cancelAll() }
            for await case let result? in group { return result }
            return .failure(.cancelled(url: progress.url))
        }
        return try result.get()
    }
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
