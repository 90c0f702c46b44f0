import Countersign
import Store

/// Why an operation on a client is refused.
package enum ClientFailure: Error, Equatable {
    case noClient(String)
    /// The client has no such key among its own; its keys come from `KeySource`.
    case noKey(String, ClientID, KeySource)
    case ambiguousKey(String, thumbprints: [String])
    /// A revoked key cannot be used again.
    case revokedKey(String, ClientID)
}
