/// A record of one refused request.
package struct AuditEntry: Sendable, Equatable {
    /// The reference given to the caller.
    package let reference: Reference
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
        reference: Reference, at: UnixTime, clientID: String?, isProven: Bool, code: String, endpoint: String,
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

/// The identifier of a refused request, by which the operator looks up the reason: 40 random bits in base32 (RFC 4648 §6).
package struct Reference: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// - Parameter text: the reference as it was issued.
    package init(_ text: String) {
        self.text = text
    }

    /// Normalizes a reference that a person typed: case, spaces and hyphens are ignored, and digits outside the alphabet are read as the
    /// letters they resemble (RFC 4648 §3.4).
    package init(typed: String) {
        let letters: [Character: Character] = ["0": "O", "1": "I", "8": "B"]
        text = String(
            typed.filter { $0 != " " && $0 != "-" }.map { character in
                letters[character] ?? (character.isASCII ? Character(character.uppercased()) : character)
            })
    }

    package static func random() -> Reference {
        var bits = UInt64.random(in: .min ... .max)
        let characters = (0..<8).map { _ in
            defer { bits >>= 5 }
            return alphabet[Int(bits & 31)]
        }
        return Reference(String(decoding: characters, as: UTF8.self))
    }

    package var description: String { text }
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

    /// Returns the entry of a refused request.
    func entry(_ reference: Reference) async throws(StoreError) -> AuditEntry?

    /// Returns the latest entries, newest first: half of each kind, or more of one kind if there are too few of the other.
    ///
    /// - Parameter onlyProven: excludes unauthenticated callers.
    func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry]
}
