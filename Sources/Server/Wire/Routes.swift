/// A path and its methods, answered by one endpoint.
package struct Route: Sendable {
    /// The methods of read-only documents.
    package static let read = ["GET", "HEAD"]
    /// The method with which a browser asks whether a script may call an endpoint.
    static let preflight = "OPTIONS"

    package let methods: [String]
    /// Compared as sent: not decoded, slashes not normalized. A segment in braces is a parameter: `/errors/{code}`. A last segment
    /// `{name*}` is one or more segments, for paths that no other route has.
    package let path: String
    package let endpoint: any Endpoint

    package init(_ methods: [String], _ path: String, _ endpoint: any Endpoint) {
        self.methods = methods
        self.path = path
        self.endpoint = endpoint
    }

    /// - Parameter parameters: the parameters of the path by name, as sent.
    fileprivate func response(to request: EndpointRequest, _ parameters: [String: String]) async -> EndpointResponse {
        guard !parameters.isEmpty else { return await endpoint.respond(to: request) }
        var request = request
        request.parameters = parameters
        return await endpoint.respond(to: request)
    }
}

/// The routing table: which endpoint answers which method and path. Finding a path without parameters takes constant time.
package struct Routes: Sendable {
    private let all: [Route]
    private let exact: [String: Place]
    private let patterns: [Pattern]
    /// The token endpoint's URL, for errors about a path without a route.
    private let tokenEndpoint: String?
    /// Counts the requests, if there is one.
    package let requests: RequestMetrics?

    /// A path, its routes, and their counts.
    private struct Place {
        let routes: [Route]
        let metrics: RouteMetrics?
    }

    /// A path with parameters.
    private struct Pattern {
        let segments: [Substring]
        let place: Place
        let hasRest: Bool

        init(_ path: String, _ place: Place) {
            segments = Routes.segments(path)
            self.place = place
            hasRest = path.hasSuffix("*}")
        }

        /// - Returns: the parameters by name; `nil` for another path.
        func match(_ path: [Substring]) -> [String: String]? {
            guard path.count == segments.count || hasRest && path.count > segments.count else { return nil }
            var parameters: [String: String] = [:]
            for (segment, found) in zip(segments, path) {
                // Before the comparison: a path may contain the name of the parameter itself.
                if segment.hasPrefix("{") {
                    parameters[String(segment.dropFirst().dropLast())] = String(found)
                } else if segment != found {
                    return nil
                }
            }
            return parameters
        }
    }

    /// - Parameters:
    ///   - tokenEndpoint: the token endpoint's URL, for errors about a path without a route.
    ///   - requests: counts the requests.
    package init(_ routes: [Route], tokenEndpoint: String? = nil, counting requests: RequestMetrics? = nil) {
        all = routes
        let byPath = Dictionary(
            uniqueKeysWithValues: Dictionary(grouping: routes, by: \.path).map {
                ($0, Place(routes: $1, metrics: requests?.route($0)))
            })
        exact = byPath.filter { !$0.key.contains("{") }
        // Sorted, so that of two patterns that match, the same one answers in every process.
        let sorted = byPath.filter { $0.key.contains("{") }.sorted { $0.key < $1.key }.map { Pattern($0, $1) }
        patterns = sorted.filter { !$0.hasRest } + sorted.filter(\.hasRest)
        self.tokenEndpoint = tokenEndpoint
        self.requests = requests
    }

    /// Returns these routes and more.
    package func adding(_ routes: [Route]) -> Routes {
        Routes(all + routes, tokenEndpoint: tokenEndpoint, counting: requests)
    }

    /// Answers a request, or refuses its path (404) or its method (405).
    package func response(to request: EndpointRequest) async -> EndpointResponse {
        guard let (place, parameters) = find(request.path) else {
            requests?.recordUnanswered(requests?.unknownPath, status: 404)
            return notFound(request.path)
        }
        guard let route = place.routes.first(where: { $0.methods.contains(request.method) }) else {
            requests?.recordUnanswered(place.metrics, status: 405)
            return methodNotAllowed(request, place.routes)
        }
        requests?.active.increment()
        let begun = ContinuousClock.now
        let response: EndpointResponse
        if let header = request.headers["traceparent"], let trace = TraceContext(header) {
            response = await TraceContext.$current.withValue(trace) { await route.response(to: request, parameters) }
        } else {
            response = await route.response(to: request, parameters)
        }
        place.metrics?.record(request.method, response.status, took: ContinuousClock.now - begun)
        requests?.active.decrement()
        return response
    }

    /// Returns whether an endpoint answers a request, so that its body is worth reading.
    package func accepts(_ method: String, _ path: String) -> Bool {
        find(path)?.place.routes.contains { $0.methods.contains(method) } ?? false
    }

    /// Returns the longest body to read for a request, in bytes, decided from its head.
    ///
    /// - Parameter head: the request without its body.
    package func bodyLimit(for head: EndpointRequest) -> Int {
        let usual = EndpointRequest.maximumBodySize
        guard let found = find(head.path),
            let route = found.place.routes.first(where: { $0.methods.contains(head.method) })
        else { return usual }
        var head = head
        head.parameters = found.parameters
        return min(max(route.endpoint.bodyLimit(for: head), usual), EndpointRequest.maximumFileBodySize)
    }

    /// The longest path with parameters, in bytes: a resource, percent-encoded, and its surroundings.
    private static let maximumPatternLength = 8192

    private func find(_ path: String) -> (place: Place, parameters: [String: String])? {
        if let place = exact[path] { return (place, [:]) }
        guard !patterns.isEmpty, path.utf8.count <= Self.maximumPatternLength else { return nil }
        let segments = Self.segments(path)
        for pattern in patterns {
            if let parameters = pattern.match(segments) { return (pattern.place, parameters) }
        }
        return nil
    }

    private static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    private func notFound(_ path: String) -> EndpointResponse {
        let place = tokenEndpoint.map { " The token endpoint is \($0)." } ?? ""
        return OAuthError(
            .invalidRequest, "There is no endpoint at \(errorDescriptionText(shortened(path, to: 128))).\(place)",
            status: 404
        ).response()
    }

    /// RFC 9110 §15.5.6.
    private func methodNotAllowed(_ request: EndpointRequest, _ routes: [Route]) -> EndpointResponse {
        let all = routes.flatMap(\.methods)
        let methods = all.filter { $0 != Route.preflight }
        let error = OAuthError(
            .invalidRequest,
            "This endpoint answers \(methods.joined(separator: " and ")) only; the request was "
                + "\(SentCredentials.quoted(request.method))."
                + (methods == ["POST"] ? " Send the parameters in the body of a POST." : ""),
            status: 405)
        let endpoint = routes.first?.endpoint
        var response =
            endpoint?.pageForOtherMethod(request) ?? error.response(issuer: endpoint?.errorPages)
        response.headers.append("Allow", all.joined(separator: ", "))
        return response
    }
}
