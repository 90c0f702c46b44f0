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

/// The refused requests, up to a capacity. Entries of callers who proved a key and of callers who did not have a capacity
/// each, so that unauthenticated requests cannot evict the former.
package protocol AuditLog: Sendable {
    /// Queues an entry to be written in the background. When the queue is full, the entry is dropped and counted.
    func record(_ entry: AuditEntry)

    /// The number of entries dropped since the store was opened.
    var dropped: Int { get }

    /// Waits until every entry queued so far is written or dropped.
    func flush() async

    /// The entry of a reference as a person typed it.
    func entry(_ reference: String) async throws(StoreError) -> AuditEntry?

    /// The latest entries, newest first: half of each kind, and more of one kind if there are too few of the other.
    ///
    /// - Parameter onlyProven: leaves out callers who proved no key.
    func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry]
}

extension AuditLog {
    /// The latest entries of both kinds, newest first.
    package func latest(_ limit: Int) async throws(StoreError) -> [AuditEntry] {
        try await latest(limit, onlyProven: false)
    }
}

/// A reference as a person read it off a screen and typed it: case, spaces and hyphens do not matter, and the digits that
/// base32 leaves out stand for the letters they look like (RFC 4648 §3.4).
package enum TypedReference {
    /// The reference as it was given out.
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
