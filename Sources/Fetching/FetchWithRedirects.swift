/// A fetch with its redirects, from the first name lookup to the last byte.
struct FetchWithRedirects: Sendable {
    let request: FetchRequest
    let resolver: any NameResolver
    let clock: @Sendable () -> UnixTime

    private var policy: FetchPolicy { request.policy }

    func document(at first: RemoteURL, _ reach: FetchReach) async throws(FetchError) -> Fetched {
        var (url, reach) = (first, reach)
        var followed = 0
        while true {
            let (answer, isPublic) = try await answer(of: url, reach)
            switch answer.status {
            case 200: return fetched(answer, body: answer.body, from: url)
            case 304 where request.etag != nil: return fetched(answer, body: nil, from: url)
            case 301, 302, 303, 307, 308:
                guard followed < policy.maximumRedirects else {
                    throw .tooManyRedirects(url: url.text, limit: policy.maximumRedirects)
                }
                followed += 1
                // Otherwise the owner of a public server could probe the private networks with redirects.
                if isPublic, reach == .allowedNetworks { reach = .redirectedFromPublic }
                url = try target(of: answer, from: url)
            default:
                throw .status(url: url.text, answer.status)
            }
        }
    }

    private func answer(
        of url: RemoteURL, _ reach: FetchReach
    ) async throws(FetchError) -> (FetchExchange.Answer, isPublic: Bool) {
        guard url.scheme == .https || policy.allowsHTTPOnLoopback else { throw .notSecure(url: url.text) }
        request.progress.begin(url)
        let found = try await RouteFinder(policy: policy, resolver: resolver).routes(to: url, reach)
        let answer = try await FetchExchange(url: url, request: request).get(by: found.routes)
        return (answer, found.isPublic)
    }

    private func target(of answer: FetchExchange.Answer, from url: RemoteURL) throws(FetchError) -> RemoteURL {
        let locations = answer.headers["Location"]
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

    private func fetched(_ answer: FetchExchange.Answer, body: [UInt8]?, from url: RemoteURL) -> Fetched {
        let headers = answer.headers
        let lifetime = FreshnessLifetime.remaining(
            .init(
                cacheControl: headers["Cache-Control"], expires: headers["Expires"], date: headers["Date"],
                age: headers["Age"]), received: clock())
        return Fetched(
            url: url, body: body,
            etag: headers.first(name: "ETag").flatMap { ResponseLimits.printable($0, allowsBlanks: false) },
            lifetime: lifetime,
            contentType: headers.first(name: "Content-Type").flatMap {
                ResponseLimits.printable($0, allowsBlanks: true)
            })
    }
}
