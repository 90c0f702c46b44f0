/// An authenticated client: its registration at the time of the look-up, and the verified assertion with the applied policy.
struct AuthenticatedClient: Sendable {
    let proof: VerifiedAssertion
    let attached: AttachedRecord

    /// Everything registered about the client except its keys.
    var record: ClientRecord { attached.record }
}
