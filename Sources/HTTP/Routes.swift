import CountersignServer

/// Which endpoint answers which path. Paths are compared as they are sent: no decoding, no slash more or less.
package struct Routes: Sendable {
    private let exact: [String: any Endpoint]
    /// The path below which one endpoint answers everything, and that endpoint.
    private let below: [(prefix: String, endpoint: any Endpoint)]

    /// - Parameters:
    ///   - exact: endpoints by whole path.
    ///   - below: endpoints that answer every path beginning with a prefix.
    package init(_ exact: [String: any Endpoint], below: [(prefix: String, endpoint: any Endpoint)] = []) {
        self.exact = exact
        self.below = below
    }

    func endpoint(for path: String) -> (any Endpoint)? {
        exact[path] ?? below.first { path.hasPrefix($0.prefix) }?.endpoint
    }
}
