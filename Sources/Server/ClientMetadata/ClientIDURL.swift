import Fetching

/// A `client_id` that is the URL of its own metadata (draft-ietf-oauth-client-id-metadata-document §3), on an allowed host.
struct ClientIDURL: Sendable, Hashable {
    let text: ExactString
    /// The host in lower case.
    let host: String
    /// The matching entry of the list of allowed hosts.
    let pattern: String

    /// Returns whether an identifier looks like a URL; any other identifier belongs to a registered client.
    static func matches(_ id: ClientID, _ settings: ClientMetadataSettings) -> Bool {
        id.text.hasPrefix("https://") || (settings.allowsHTTPOnLoopback && id.text.hasPrefix("http://"))
    }

    /// - Throws: `ClientMetadataFault.url` if it is not a URL that documents are fetched from, has no path, or has dot segments;
    ///   `.host` if its host is not allowed.
    init(_ id: ClientID, _ settings: ClientMetadataSettings) throws(ClientMetadataFault) {
        // Operators block a URL by registering and disabling it, so an unregistrable URL is refused.
        guard id.isRegistrable else { throw .url("it is longer than \(ClientID.maximumLength) bytes") }
        let url: RemoteURL
        do {
            url = try RemoteURL(id.text, allowsHTTPOnLoopback: settings.allowsHTTPOnLoopback)
        } catch {
            throw .url(error.phrase)
        }
        guard !url.path.isEmpty, url.path != "/" else { throw .url("it has no path") }
        let segments = url.path.split(separator: "/", omittingEmptySubsequences: false)
        let isDotted = segments.contains { segment in
            [".", ".."].contains(segment.lowercased().replacing("%2e", with: "."))
        }
        guard !isDotted else { throw .url("its path has dot segments") }
        guard let pattern = settings.pattern(allowing: url.host) else { throw .host(url.host) }
        text = id.value
        host = url.host
        self.pattern = pattern
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}
