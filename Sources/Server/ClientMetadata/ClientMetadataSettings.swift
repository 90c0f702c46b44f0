/// Settings for clients that are URLs, which are refused unless the operator names hosts.
package struct ClientMetadataSettings: Sendable, Equatable {
    package var isEnabled = false
    /// The hosts their documents and key sets may come from: `agents.example.com`, or `*.example.com` for every host below it.
    package var allowedHosts: [String] = []
    /// The scope tokens that such a client can be granted. What its metadata claims grants it nothing.
    package var scopes: [String] = []
    /// Whether documents may come over http from this machine: for tests and development.
    package var allowsHTTPOnLoopback = false

    package init() {}

    func allows(host: String) -> Bool {
        pattern(allowing: host) != nil
    }

    /// Returns the entry of the list that allows a host. Hosts are case-insensitive (RFC 3986 §3.2.2).
    func pattern(allowing host: String) -> String? {
        let host = host.lowercased()
        return allowedHosts.first { pattern in
            let pattern = pattern.lowercased()
            guard pattern.hasPrefix("*.") else { return host.utf8.elementsEqual(pattern.utf8) }
            return host.hasSuffix(pattern.dropFirst()) && host.utf8.count > pattern.utf8.count - 1
        }
    }
}
