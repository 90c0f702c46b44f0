/// A fetch with its redirects, from the first name lookup to the last byte.
struct FetchWithRedirects: Sendable {
    let request: FetchRequest
    let resolver: any NameResolver
    let clock: @Sendable () -> UnixTime

    private var policy: FetchPolicy { request.policy }

    func document(at first: RemoteURL, _ scope: FetchScope) async throws(FetchError) -> Fetched {
        var (url, scope) = (first, scope)
        var followed = 0
        while true {
            let (response, isPublic) = try await response(of: url, scope)
            switch response.status {
            case 200: return fetched(response, body: response.body, from: url)
            case 304 where request.content.etag != nil: return fetched(response, body: nil, from: url)
            case 301, 302, 303, 307, 308:
                guard followed < policy.maximumRedirects else {
                    throw .tooManyRedirects(url: url.text, limit: policy.maximumRedirects)
                }
                followed += 1
                // Otherwise the owner of a public server could probe the private networks with redirects.
                if isPublic, scope == .allowedNetworks { scope = .redirectedFromPublic }
                url = try target(of: response, from: url)
            default:
                throw .status(url: url.text, response.status)
            }
        }
    }

    func response(
        of url: RemoteURL, _ scope: FetchScope
    ) async throws(FetchError) -> (answer: FetchExchange.Response, isPublic: Bool) {
        guard url.scheme == .https || policy.allowsHTTPOnLoopback else { throw .notSecure(url: url.text) }
        request.progress.begin(url)
        request.trace?.begin(url.text)
        let found = try await RouteFinder(policy: policy, resolver: resolver, trace: request.trace)
            .routes(to: url, scope)
        let response = try await FetchExchange(url: url, request: request).response(by: found.routes)
        return (response, found.isPublic)
    }

    private func target(of response: FetchExchange.Response, from url: RemoteURL) throws(FetchError) -> RemoteURL {
        let locations = response.headers["Location"]
        guard locations.count == 1, let location = locations.first else { throw .redirectWithoutTarget(url: url.text) }
        let target: RemoteURL
        do {
            target = try url.resolving(location, allowsHTTPOnLoopback: policy.allowsHTTPOnLoopback)
        } catch {
            throw .redirectRefused(url: url.text, location: ResponseLimits.shortened(location), error)
        }
        guard target.scheme == url.scheme else {
            throw .redirectToOtherScheme(url: url.text, location: ResponseLimits.shortened(location))
        }
        return target
    }

    private func fetched(_ response: FetchExchange.Response, body: [UInt8]?, from url: RemoteURL) -> Fetched {
        let headers = response.headers
        func printable(_ name: String, allowsBlanks: Bool) -> String? {
            headers.first(name: name).flatMap { ResponseLimits.printable($0, allowsBlanks: allowsBlanks) }
        }
        return Fetched(
            url: url, body: body, etag: printable("ETag", allowsBlanks: false),
            lifetime: FreshnessLifetime.remaining(received: clock()) { headers[$0] },
            contentType: printable("Content-Type", allowsBlanks: true))
    }
}
