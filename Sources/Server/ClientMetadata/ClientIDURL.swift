import Countersign
import CountersignJOSE
import Fetching
import Store

/// A `client_id` that is the URL of its own metadata (draft-ietf-oauth-client-id-metadata-document §3), on an allowed host.
struct ClientIDURL: Sendable, Equatable {
    /// The identifier, to be compared.
    let text: ExactString
    /// In lower case.
    let host: String
    /// The entry of the list of allowed hosts that allows it.
    let pattern: String

    /// Whether an identifier looks like a URL at all; every other one belongs to a registered client.
    static func isMeant(_ id: ClientID, _ settings: ClientMetadataSettings) -> Bool {
        id.text.hasPrefix("https://") || (settings.allowsHTTPOnLoopback && id.text.hasPrefix("http://"))
    }

    /// - Throws: `ClientMetadataFault.url` where it is no URL that is fetched from, has no path, or has dot segments; `.host` where
    ///   nobody has allowed its host.
    init(_ id: ClientID, _ settings: ClientMetadataSettings) throws(ClientMetadataFault) {
        // An operator keeps a URL out by registering and disabling it; one that cannot be registered could not be kept out.
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
}
