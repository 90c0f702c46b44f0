import Fetching

/// A kind of document that is read from a client's URL.
package enum RemoteDocument: Sendable, Equatable {
    /// A JWK Set at a `jwks_uri` (RFC 7517 §5).
    case keySet
    /// The JWK Set of a client that no operator has registered, such as one that is a URL. It has a lower size limit.
    case keySetOfClientURL
    /// A Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document).
    case clientMetadata
    /// The redirect URIs that belong together (OpenID Connect Registration §5).
    ///
    /// - Parameter isOfStranger: whether the operator has not let the client in.
    case sectorIdentifier(isOfStranger: Bool)
}

/// The outcome of reading a document.
package enum ReadResult: Sendable, Equatable {
    /// `lifetime` is the freshness lifetime stated in the response, if any.
    case received([UInt8], etag: String?, lifetime: Duration?)
    /// The document still has the `ETag` that was sent.
    case notModified(lifetime: Duration?)
    /// The document could not be read; `reason` is a phrase for the operator.
    case failed(reason: String)

    /// What a metric counts.
    package enum Outcome: String, Sendable, CaseIterable {
        case received
        case notModified = "not_modified"
        case failed
    }

    package var outcome: Outcome {
        switch self {
        case .received: .received
        case .notModified: .notModified
        case .failed: .failed
        }
    }
}

/// A reader of documents at URLs: a hostile or broken server costs a bounded time and nothing else.
package protocol RemoteReader: Sendable {
    /// - Parameter etag: the `ETag` of the cached copy.
    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult
}

/// A reader that reports each document that another one has read.
struct ReportingReader: RemoteReader {
    let reader: any RemoteReader
    let runtime: Runtime

    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        let result = await reader.read(document, at: url, etag: etag)
        runtime.report(.documentRead(document, result.outcome))
        return result
    }
}

/// Fetches each kind of document within its limits.
extension DocumentFetcher: RemoteReader {
    /// In bytes: twice what the draft recommends (§8.7).
    private static let maximumMetadataLength = 10_240

    private static let maximumSectorIdentifierLength = 65_536

    /// Enough for a few keys, each with a certificate chain.
    private static let maximumKeySetLengthOfClientURL = 65_536

    package func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> ReadResult {
        do {
            let url = try RemoteURL(url.text, allowsHTTPOnLoopback: policy.allowsHTTPOnLoopback)
            let fetched =
                switch document {
                case .keySet: try await keySet(at: url, isOfStranger: false, etag: etag)
                case .keySetOfClientURL: try await keySet(at: url, isOfStranger: true, etag: etag)
                case .clientMetadata:
                    // draft-ietf-oauth-client-id-metadata-document §5: no redirect is followed.
                    try await fetch(
                        url, scope: .publicAddresses, etag: etag, maximumLength: Self.maximumMetadataLength,
                        maximumRedirects: 0, accept: "application/json")
                case .sectorIdentifier(let isOfStranger):
                    // The sector is the host of this URL, so that host itself must have the document: a redirect may be an open one.
                    try await fetch(
                        url, scope: isOfStranger ? .publicAddresses : .allowedNetworks, etag: etag,
                        maximumLength: Self.maximumSectorIdentifierLength, maximumRedirects: 0,
                        accept: "application/json")
                }
            if document == .clientMetadata, fetched.body != nil, !Self.isJSON(fetched.contentType) {
                return .failed(reason: "\(url.text) is served as \(fetched.contentType ?? "nothing"), not as JSON")
            }
            guard let body = fetched.body else { return .notModified(lifetime: fetched.lifetime) }
            return .received(body, etag: fetched.etag, lifetime: fetched.lifetime)
        } catch let error as RemoteURLError {
            return .failed(reason: "the URL is refused: \(error.phrase)")
        } catch let error as FetchError {
            return .failed(reason: error.message(policy.settingNames))
        } catch {
            return .failed(reason: "the fetch was aborted")
        }
    }

    /// Fetches a key set.
    ///
    /// - Parameters:
    ///   - isOfStranger: whether no operator has registered the client: then it must be at a public address, and its limit is lower.
    ///   - etag: the `ETag` of the cached copy.
    ///   - trace: receives what happens.
    package func keySet(
        at url: RemoteURL, isOfStranger: Bool, etag: String? = nil, trace: FetchTrace? = nil
    ) async throws(FetchError) -> Fetched {
        try await fetch(
            url, scope: isOfStranger ? .publicAddresses : .allowedNetworks, etag: etag,
            maximumLength: isOfStranger ? Self.maximumKeySetLengthOfClientURL : nil, trace: trace)
    }

    /// `application/json`, or a subtype of `application` with the suffix `+json` (RFC 6839 §3.1).
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) else {
            return false
        }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}
