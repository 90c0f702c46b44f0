/// A record of one refused request.
package struct AuditEntry: Sendable, Equatable {
    /// The reference given to the caller: 8 characters of base32 (RFC 4648 §6).
    package let reference: String
    package let at: UnixTime
    /// The client identifier that the caller claimed.
    package let clientID: String?
    /// Whether the caller had proved possession of a key before it was refused.
    package let isProven: Bool
    package let code: String
    package let endpoint: String
    package let remoteAddress: String?
    /// Each rule and its outcome, as JSON.
    package let trace: String

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

/// A bounded log of refused requests. Entries of callers who proved a key and of unauthenticated callers have separate capacities,
/// so that the latter cannot evict the former.
package protocol AuditLog: Sendable {
    /// Queues an entry to be written in the background. When the queue is full, the entry is dropped and counted.
    func record(_ entry: AuditEntry)

    /// The number of entries dropped since the store was opened.
    var dropped: Int { get }

    /// Waits until every entry queued so far is written or dropped.
    func flush() async

    /// Returns the entry for a reference as a person typed it.
    func entry(_ reference: String) async throws(StoreError) -> AuditEntry?

    /// Returns the latest entries, newest first: half of each kind, or more of one kind if there are too few of the other.
    ///
    /// - Parameter onlyProven: excludes unauthenticated callers.
    func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry]
}

extension AuditLog {
    package func latest(_ limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await latest(limit, onlyProven: false)
    }
}

/// A reference as a person typed it: case, spaces and hyphens are ignored, and digits outside the base32 alphabet are read as the
/// letters they resemble (RFC 4648 §3.4).
package enum TypedReference {
    /// Returns the reference as it was issued.
    package static func normalized(_ text: String) -> String {
        var characters: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): continue
            case UInt8(ascii: "0"): characters.append(UInt8(ascii: "O"))
            case UInt8(ascii: "1"): characters.append(UInt8(ascii: "I"))
            case UInt8(ascii: "8"): characters.append(UInt8(ascii: "B"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): characters.append(byte - 0x20)
            default: characters.append(byte)
            }
        }
        return String(decoding: characters, as: UTF8.self)
    }
}
