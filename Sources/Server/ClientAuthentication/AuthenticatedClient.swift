import Countersign
import Store

/// A client that has proved itself: what is registered about it, as it stood when its key was looked for, and the proof.
struct AuthenticatedClient: Sendable {
    /// What was verified.
    let proof: VerifiedAssertion
    private let attached: AttachedRecord

    /// Everything registered about the client, its keys apart.
    var record: ClientRecord { attached.record }

    /// - Returns: `nil` where the client does not come from a registration.
    init?(_ proof: VerifiedAssertion) {
        guard let attached = proof.client.attachedRecord else { return nil }
        self.attached = attached
        self.proof = proof
    }
}
