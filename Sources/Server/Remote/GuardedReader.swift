import Countersign
import CountersignJOSE
import Fetching

/// A reader that fetches each kind of document with its limits.
package struct GuardedReader: RemoteReader {
    private let fetcher: DocumentFetcher

    /// The draft recommends 5 kilobytes (§8.7); this leaves room.
    private static let maximumMetadataLength = 10_240

    /// Enough for a few keys, each with a certificate chain.
    private static let maximumKeySetLengthOfClientURL = 65_536

    package init(_ fetcher: DocumentFetcher) {
        self.fetcher = fetcher
    }

    package func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> RemoteReading {
        do {
            let url = try RemoteURL(url.text, allowsHTTPOnLoopback: fetcher.policy.allowsHTTPOnLoopback)
            let fetched: Fetched
            switch document {
            case .keySet: fetched = try await fetcher.fetch(url, reach: .allowedNetworks, etag: etag)
            case .keySetOfClientURL:
                fetched = try await fetcher.fetch(
                    url, reach: .publicAddresses, etag: etag, maximumLength: Self.maximumKeySetLengthOfClientURL)
            case .clientMetadata:
                // draft-ietf-oauth-client-id-metadata-document §5: no redirect is followed, and the document must be JSON.
                fetched = try await fetcher.fetch(
                    url, reach: .publicAddresses, etag: etag, maximumLength: Self.maximumMetadataLength,
                    maximumRedirects: 0,
                    accept: "application/json")
                guard fetched.body == nil || Self.isJSON(fetched.contentType) else {
                    return .failed(reason: "\(url.text) is served as \(fetched.contentType ?? "nothing"), not as JSON")
                }
            }
            guard let body = fetched.body else { return .notModified(lifetime: fetched.lifetime) }
            return .received(body, etag: fetched.etag, lifetime: fetched.lifetime)
        } catch let error as RemoteURLError {
            return .failed(reason: "the URL is refused: \(error.explanation)")
        } catch let error as FetchError {
            return .failed(reason: error.explanation)
        } catch {
            return .failed(reason: "the fetch was given up")
        }
    }

    /// `application/json`, or a subtype of `application` with the suffix `+json` (RFC 6839 §3.1).
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) else {
            return false
        }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
