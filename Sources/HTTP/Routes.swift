import Countersign
import Server

/// Which endpoint answers which path. Paths are compared as they are sent: no decoding, no slash more or less.
package struct Routes: Sendable {
    private let exact: [String: any Endpoint]
    /// The path below which one endpoint answers everything, and that endpoint.
    private let below: [(prefix: String, endpoint: any Endpoint)]
    /// What a caller of another path is told.
    private let tokenEndpoint: String?

    /// - Parameters:
    ///   - exact: endpoints by whole path.
    ///   - below: endpoints that answer every path beginning with a prefix.
    ///   - tokenEndpoint: its URL, for callers of a path that nothing answers.
    package init(
        _ exact: [String: any Endpoint], below: [(prefix: String, endpoint: any Endpoint)] = [],
        tokenEndpoint: String? = nil
    ) {
        self.tokenEndpoint = tokenEndpoint
        self.exact = exact
        self.below = below
    }

    /// The answer where nothing has the path.
    func notFound(_ path: String) -> EndpointResponse {
        let place = tokenEndpoint.map { " The token endpoint is \($0)." } ?? ""
        return OAuthError(
            .invalidRequest, "There is nothing at \(spelled(shortened(path, to: 128))).\(place)", status: 404
        ).response()
    }

    func endpoint(for path: String) -> (any Endpoint)? {
        exact[path] ?? below.first { path.hasPrefix($0.prefix) }?.endpoint
    }
}
