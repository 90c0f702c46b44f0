import Countersign
import CountersignJOSE

/// What is read from URLs that clients name.
package enum RemoteDocument: Sendable, Equatable {
    /// A JWK Set at a `jwks_uri` (RFC 7517 §5).
    case keySet
    /// The same, of a client that is a URL: nobody here has ever heard of it, so its set is to be a small one.
    case keySetOfClientURL
    /// A Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document).
    case clientMetadata
}

/// What became of reading one.
package enum RemoteReading: Sendable, Equatable {
    /// `lifetime` is what the answer's own words allow it to be used for; `nil` where it says nothing.
    case received([UInt8], etag: String?, lifetime: Duration?)
    /// It is what it was when it had this `ETag`.
    case notModified(lifetime: Duration?)
    /// It was not read; a sentence for the operator.
    case failed(reason: String)
}

/// Reads documents from URLs, guarded: a hostile or broken server at the other end costs a bounded time and nothing else.
package protocol RemoteReader: Sendable {
    /// Reads one document.
    ///
    /// - Parameter etag: of the copy at hand, if there is one.
    func read(_ document: RemoteDocument, at url: ExactString, etag: String?) async -> RemoteReading
}
