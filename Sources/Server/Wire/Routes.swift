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
}

/// The routing table: which endpoint answers which method and path. Finding a path without parameters takes constant time.
package struct Routes: Sendable {
    private let all: [Route]
    private let exact: [String: [Route]]
    private let patterns: [Pattern]
    /// The token endpoint's URL, for errors about a path without a route.
    private let tokenEndpoint: String?

    /// A path with parameters, and its routes.
    private struct Pattern {
        let segments: [Substring]
        let routes: [Route]
        let hasRest: Bool

        init(_ path: String, _ routes: [Route]) {
            segments = Routes.segments(path)
            self.routes = routes
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

    package init(_ routes: [Route], tokenEndpoint: String? = nil) {
        all = routes
        let byPath = Dictionary(grouping: routes, by: \.path)
        exact = byPath.filter { !$0.key.contains("{") }
        // Sorted, so that of two patterns that match, the same one answers in every process.
        let sorted = byPath.filter { $0.key.contains("{") }.sorted { $0.key < $1.key }.map { Pattern($0, $1) }
        patterns = sorted.filter { !$0.hasRest } + sorted.filter(\.hasRest)
        self.tokenEndpoint = tokenEndpoint
    }

    /// Returns these routes and more.
    package func adding(_ routes: [Route]) -> Routes {
        Routes(all + routes, tokenEndpoint: tokenEndpoint)
    }

    /// Answers a request, or refuses its path (404) or its method (405).
    package func response(to request: EndpointRequest) async -> EndpointResponse {
        guard let found = find(request.path) else { return notFound(request.path) }
        guard let route = found.routes.first(where: { $0.methods.contains(request.method) }) else {
            return methodNotAllowed(request, found.routes)
        }
        guard !found.parameters.isEmpty else { return await route.endpoint.respond(to: request) }
        var request = request
        request.parameters = found.parameters
        return await route.endpoint.respond(to: request)
    }

    /// Returns whether an endpoint answers a request, so that its body is worth reading.
    package func accepts(_ method: String, _ path: String) -> Bool {
        find(path)?.routes.contains { $0.methods.contains(method) } ?? false
    }

    /// Returns the longest body to read for a request, in bytes, decided from its head.
    ///
    /// - Parameter head: the request without its body.
    package func bodyLimit(for head: EndpointRequest) -> Int {
        let usual = EndpointRequest.maximumBodySize
        guard let found = find(head.path), let route = found.routes.first(where: { $0.methods.contains(head.method) })
        else { return usual }
        var head = head
        head.parameters = found.parameters
        return min(max(route.endpoint.bodyLimit(for: head), usual), EndpointRequest.maximumFileBodySize)
    }

    /// The longest path with parameters, in bytes: a resource, percent-encoded, and its surroundings.
    private static let maximumPatternLength = 8192

    private func find(_ path: String) -> (routes: [Route], parameters: [String: String])? {
        if let routes = exact[path] { return (routes, [:]) }
        guard !patterns.isEmpty, path.utf8.count <= Self.maximumPatternLength else { return nil }
        let segments = Self.segments(path)
        for pattern in patterns {
            if let parameters = pattern.match(segments) { return (pattern.routes, parameters) }
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
