/// An authenticated client: its registration at the time of the look-up, and the verified assertion with the applied policy.
struct AuthenticatedClient: Sendable {
    let proof: VerifiedAssertion
    private let attached: AttachedRecord

    /// Everything registered about the client except its keys.
    var record: ClientRecord { attached.record }

    /// - Returns: `nil` if the directory attached no record to the client.
    init?(_ proof: VerifiedAssertion) {
        guard let attached = proof.client.attachedRecord else { return nil }
        self.attached = attached
        self.proof = proof
    }
}
