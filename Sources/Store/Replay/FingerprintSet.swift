/// A set of fingerprints, 10 to 15 bytes each, in 64 tables with open addressing.
///
/// Each table grows separately, so that a batch waits for the copy of 1/64 of the set, not of all of it. Single fingerprints are
/// never removed; a set is dropped as a whole.
package struct FingerprintSet: Sendable {
    private static let tableCount = 64

    private var tables = ContiguousArray(repeating: FingerprintTable(), count: Self.tableCount)
    package private(set) var count = 0

    package init() {}

    package func contains(_ fingerprint: UInt64) -> Bool {
        tables[Self.table(fingerprint)].contains(fingerprint)
    }

    /// Adds a fingerprint.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    package mutating func insert(_ fingerprint: UInt64) -> Bool {
        guard tables[Self.table(fingerprint)].insert(fingerprint) else { return false }
        count += 1
        return true
    }

    /// The slots of all tables, 8 bytes each.
    package var capacity: Int { tables.reduce(0) { $0 + $1.capacity } }

    /// The lower bits select the table, the upper ones the slot in it.
    private static func table(_ fingerprint: UInt64) -> Int { Int(truncatingIfNeeded: fingerprint) & (tableCount - 1) }
}

/// One table with linear probing, at most four fifths full.
struct FingerprintTable: Sendable {
    private static let smallest = 8

    /// 0 marks an empty slot.
    private var slots: ContiguousArray<UInt64> = []
    private var count = 0

    init() {}

    /// - Parameter count: the number of fingerprints it can take without growing.
    init(capacity count: Int) {
        slots = ContiguousArray(repeating: 0, count: max(Self.smallest, count + count / 2))
    }

    var capacity: Int { slots.count }

    func contains(_ fingerprint: UInt64) -> Bool {
        guard !slots.isEmpty else { return false }
        return slots[slot(of: fingerprint)] == fingerprint
    }

    /// - Returns: whether it is new.
    mutating func insert(_ fingerprint: UInt64) -> Bool {
        if (count + 1) * 5 > slots.count * 4 { grow() }
        let slot = slot(of: fingerprint)
        guard slots[slot] == 0 else { return false }
        slots[slot] = fingerprint
        count += 1
        return true
    }

    /// Returns the slot of a fingerprint, or the empty slot where it belongs.
    private func slot(of fingerprint: UInt64) -> Int {
        var slot = Int(fingerprint.multipliedFullWidth(by: UInt64(slots.count)).high)
        while slots[slot] != 0, slots[slot] != fingerprint {
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: 0, count: max(Self.smallest, old.count + old.count / 2))
        for fingerprint in old where fingerprint != 0 { slots[slot(of: fingerprint)] = fingerprint }
    }
}
