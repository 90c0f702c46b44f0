import Fetching

/// The source of a document and the kind of client it is fetched for, by which `FetchSemaphore` limits fetches.
struct FetchOrigin: Sendable, Hashable {
    /// A host, or the matching entry of the list of allowed hosts.
    let source: String
    /// Whether the client is registered, or has proved possession of a key.
    let isProven: Bool

    /// Returns the origin for the key set of a registered client.
    static func registered(_ url: ExactString) -> FetchOrigin {
        FetchOrigin(source: host(of: url), isProven: true)
    }

    /// Returns the origin for the key set of a client that is a URL.
    static func clientURL(_ url: ExactString, _ settings: ClientMetadataSettings, isProven: Bool) -> FetchOrigin {
        let host = host(of: url)
        return FetchOrigin(source: settings.pattern(allowing: host) ?? host, isProven: isProven)
    }

    /// An invalid URL is not fetched, so its host does not matter.
    private static func host(of url: ExactString) -> String {
        (try? RemoteURL(url.text, allowsHTTPOnLoopback: true).host) ?? ""
    }
}
