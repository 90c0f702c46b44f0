import Countersign
import CountersignJOSE

/// The kinds of documents that are read from URLs of clients.
package enum RemoteDocument: Sendable, Equatable {
    /// A JWK Set at a `jwks_uri` (RFC 7517 §5).
    case keySet
    /// The JWK Set of a client that is a URL. It may be smaller only, because no operator has registered the client.
    case keySetOfClientURL
    /// A Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document).
    case clientMetadata
}

/// The outcome of reading a document.
package enum RemoteReading: Sendable, Equatable {
    /// `lifetime` is the freshness lifetime that the answer states; `nil` if it states none.
    case received([UInt8], etag: String?, lifetime: Duration?)
    /// The document still has the `ETag` that was sent.
    case notModified(lifetime: Duration?)
    /// The document could not be read; a phrase for the operator.
    case failed(reason: String)
}

/// A guarded reader of documents at URLs: a hostile or broken server costs a bounded time and nothing else.
package protocol RemoteReader: Sendable {
    /// - Parameter etag: the `ETag` of the cached copy.
    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> RemoteReading
}
