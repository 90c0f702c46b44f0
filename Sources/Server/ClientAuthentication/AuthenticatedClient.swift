/// A client at the time of its request: its registration, and how it proved who it is.
struct AuthenticatedClient: Sendable {
    let proof: ClientProof
    let attached: AttachedRecord

    /// Everything registered about the client except its keys.
    var record: ClientRecord { attached.record }

    /// The RFC 7638 thumbprint of the key that verified the assertion: 32 bytes, SHA-256; `nil` for clients without a key.
    var keyThumbprint: [UInt8]? {
        switch proof {
        case .assertion(let assertion): assertion.key.thumbprintDigest
        case .secret, .none: nil
        }
    }

    /// Whether the client cannot authenticate (RFC 6749 §2.1), so that anyone can send its identifier.
    var isPublic: Bool {
        switch proof {
        case .assertion, .secret: false
        case .none: true
        }
    }
}

/// How a client proved who it is.
enum ClientProof: Sendable {
    case assertion(VerifiedAssertion)
    /// A shared secret (RFC 6749 §2.3.1).
    case secret
    /// `token_endpoint_auth_method` is `none`: the client has only named itself.
    case none
}
