import Countersign

/// What is kept of one refused request.
package struct AuditEntry: Sendable, Equatable {
    /// What the caller was told: 8 characters of base32 (RFC 4648 §6).
    package let reference: String
    /// When the request was refused.
    package let at: UnixTime
    /// The client the caller said it was.
    package let clientID: String?
    /// Whether the caller had proved a key when it was refused.
    package let isProven: Bool
    /// The rejection's code.
    package let code: String
    /// The path called.
    package let endpoint: String
    /// Where the request came from.
    package let remoteAddress: String?
    /// Each rule and its outcome, JSON.
    package let trace: String

    /// Makes an entry.
    package init(
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
