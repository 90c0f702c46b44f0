import Countersign

/// The settings for clients that are URLs. They are refused unless the operator names hosts.
package struct ClientMetadataSettings: Sendable, Equatable {
    /// Whether such clients are accepted at all.
    package var isEnabled = false
    /// The hosts their documents and key sets may come from: `agents.example.com`, or `*.example.com` for every host below it.
    package var allowedHosts: [String] = []
    /// The scope tokens such a client can be granted at most. What a client writes about itself grants it nothing.
    package var scopes: [String] = []
    /// Whether documents may come over http from this machine: for tests and development.
    package var allowsHTTPOnLoopback = false

    /// Settings with the product's defaults.
    package init() {}

    func allows(host: String) -> Bool {
        pattern(allowing: host) != nil
    }

    /// The entry of the list that allows a host. Hosts are compared without regard to case (RFC 3986 §3.2.2).
    func pattern(allowing host: String) -> String? {
        let host = host.lowercased()
        return allowedHosts.first { pattern in
            let pattern = pattern.lowercased()
            guard pattern.hasPrefix("*.") else { return host.utf8.elementsEqual(pattern.utf8) }
            return host.hasSuffix(pattern.dropFirst()) && host.utf8.count > pattern.utf8.count - 1
        }
    }
}
