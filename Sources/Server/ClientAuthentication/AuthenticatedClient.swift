import Countersign
import Store

/// An authenticated client: its registration, as it was when the client was looked up, and the verified assertion with the policy that
/// was applied.
struct AuthenticatedClient: Sendable {
    let proof: VerifiedAssertion
    private let attached: AttachedRecord

    /// Everything registered about the client except its keys.
    var record: ClientRecord { attached.record }

    /// - Returns: `nil` if the client's directory attached no record.
    init?(_ proof: VerifiedAssertion) {
        guard let attached = proof.client.attachedRecord else { return nil }
        self.attached = attached
        self.proof = proof
    }
}
