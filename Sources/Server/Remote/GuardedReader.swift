import Countersign
import CountersignJOSE
import Fetching

/// Reads documents through the guarded fetch: with the limits of each kind.
package struct GuardedReader: RemoteReader {
    private let fetcher: DocumentFetcher

    /// A client's metadata is a page at most; the draft speaks of 5 kilobytes (§8.7).
    private static let maximumMetadataLength = 10_240

    /// A set of a few keys; a certificate chain in each fits too.
    private static let maximumKeySetLengthOfClientURL = 65_536

    /// - Parameter fetcher: with the operator's policy.
    package init(_ fetcher: DocumentFetcher) {
        self.fetcher = fetcher
    }

    /// Reads one document.
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
                // draft-ietf-oauth-client-id-metadata-document §5: no redirect is followed, and JSON it must be.
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
            return .failed(reason: "the URL is refused: \(error.phrase)")
        } catch let error as FetchError {
            return .failed(reason: error.message(fetcher.policy.settingNames))
        } catch {
            return .failed(reason: "the fetch was given up")
        }
    }

    /// `application/json`, or a type of its kind with the suffix `+json` (RFC 6839 §3.1).
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) else {
            return false
        }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
