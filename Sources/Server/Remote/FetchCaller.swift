import CountersignJOSE
import Fetching

/// Where a document is fetched from, and whether for a client that has proved itself: what permits to fetch are divided by.
struct FetchCaller: Sendable, Hashable {
    /// A host, or the entry of `allowed_hosts` that stands for any number of them.
    let source: String
    /// Whether its client is registered, or has proved a key.
    let isProven: Bool

    /// The same source for the other kind of client.
    var other: FetchCaller { FetchCaller(source: source, isProven: !isProven) }

    /// For the key set of a registered client.
    static func registered(_ url: ExactString) -> FetchCaller {
        FetchCaller(source: host(of: url), isProven: true)
    }

    /// For the key set of a client that is a URL.
    static func clientURL(_ url: ExactString, _ settings: ClientMetadataSettings, isProven: Bool) -> FetchCaller {
        let host = host(of: url)
        return FetchCaller(source: settings.pattern(allowing: host) ?? host, isProven: isProven)
    }

    /// What is no URL is not fetched, so it does not matter whom it is counted with.
    private static func host(of url: ExactString) -> String {
        (try? RemoteURL(url.text, allowsHTTPOnLoopback: true).host) ?? ""
    }
}
