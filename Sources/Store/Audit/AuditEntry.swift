import Countersign

/// What is kept of one refused request.
public struct AuditEntry: Sendable, Equatable {
    /// What the caller was told: 8 characters of base32 (RFC 4648 §6).
    public let reference: String
    /// When the request was refused.
    public let at: UnixTime
    /// The client the caller said it was.
    public let clientID: String?
    /// Whether the caller had proved a key when it was refused.
    public let isProven: Bool
    /// The rejection's code.
    public let code: String
    /// The path called.
    public let endpoint: String
    /// Where the request came from.
    public let remoteAddress: String?
    /// Each rule and its outcome, JSON.
    public let trace: String

    /// Makes an entry.
    public init(
        reference: String, at: UnixTime, clientID: String?, isProven: Bool, code: String, endpoint: String,
        remoteAddress: String?, trace: String
    ) {
        self.reference = reference
        self.at = at
        self.clientID = clientID
        self.isProven = isProven
        self.code = code
        self.endpoint = endpoint
        self.remoteAddress = remoteAddress
        self.trace = trace
    }
}
