import Crypto

/// Which refusals are searched for. An empty filter finds all.
package struct RefusalFilter: Sendable, Hashable {
    /// The shortest beginning of a reference that is searched for; a shorter one finds nothing.
    package static let minimumPrefix = 3

    /// The identifier that the caller claimed, as it was recorded.
    package var client: String?
    package var code: String?
    /// Whether the caller had proved possession of a key.
    package var isProven: Bool?
    /// The caller's address, as it was recorded.
    package var address: String?
    package var endpoint: String?
    /// The earliest time.
    package var since: UnixTime?
    /// The first time that is too late.
    package var until: UnixTime?
    /// The beginning of the reference.
    package var referencePrefix: String?

    package init() {}

    /// Whether a refusal is found by this filter.
    package func matches(_ entry: AuditEntry) -> Bool {
        func isEqual<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool { wanted == nil || wanted == value }
        guard isEqual(client, entry.clientID), isEqual(code, entry.code) else { return false }
        guard isEqual(isProven, entry.isProven), isEqual(address, entry.remoteAddress) else { return false }
        guard isEqual(endpoint, entry.endpoint) else { return false }
        if let since, entry.at < since { return false }
        if let until, until <= entry.at { return false }
        return entry.reference.text.hasPrefix(referencePrefix ?? "")
    }
}

/// The place of a refusal among all others of an issuer, the newest first.
package struct RefusalPosition: Sendable, Hashable {
    package let at: UnixTime
    package let isProven: Bool
    /// The number among those of its kind.
    package let number: Int64

    package init(at: UnixTime, isProven: Bool, number: Int64) {
        self.at = at
        self.isProven = isProven
        self.number = number
    }

    /// The position as one word.
    package var text: String { "\(at.milliseconds).\(isProven ? 1 : 0).\(number)" }

    /// Reads a position that `text` returned.
    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let at = Int64(parts[0]), ["0", "1"].contains(parts[1]), let number = Int64(parts[2])
        else { return nil }
        self.init(at: UnixTime(milliseconds: at), isProven: parts[1] == "1", number: number)
    }
}

/// A page of refusals, newest first.
package struct RefusalList: Sendable {
    private let refusals: [(position: RefusalPosition, entry: AuditEntry)]
    /// The position after which the next page begins; `nil` if this is the last one.
    package let next: RefusalPosition?

    package init(_ refusals: [(position: RefusalPosition, entry: AuditEntry)] = [], next: RefusalPosition? = nil) {
        self.refusals = refusals
        self.next = next
    }

    package var entries: [AuditEntry] { refusals.map(\.entry) }

    /// Returns the page with the first of its refusals; the next one begins after these.
    package func keeping(_ count: Int) -> RefusalList {
        guard count < refusals.count else { return self }
        let kept = refusals.prefix(count)
        return RefusalList(Array(kept), next: kept.last?.position)
    }
}

/// The numbers of refusals that have something in common.
package struct RefusalCounts<Key: Sendable & Hashable>: Sendable {
    package struct Group: Sendable, Hashable {
        package let key: Key
        package let count: FoundCount

        package init(key: Key, count: FoundCount) {
            self.key = key
            self.count = count
        }
    }

    /// The largest groups, the largest first.
    package let groups: [Group]
    /// The number of groups, those left out included.
    package let groupCount: Int
    /// The number of refusals in all groups. Where there are more, only the latest were counted.
    package let total: FoundCount

    package init(groups: [Group], groupCount: Int, total: FoundCount) {
        self.groups = groups
        self.groupCount = groupCount
        self.total = total
    }
}

extension AuditEntry {
    /// The number that stands for a text of any length in an index: 63 bits of its SHA-256. Callers choose the texts, so numbers that
    /// they could make equal to another's would put their refusals under that name.
    package static func indexNumber(of text: String) -> Int64 {
        let digest = SHA256.hash(data: Array(text.utf8))
        return Int64(digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) } >> 1)
    }
}
