/// Rows of counts by the time slot that they belong to, in a block of memory that never grows.
///
/// Each row knows its slot, so a row that is left over from an earlier round, or from a clock that ran ahead, is not taken for another one.
struct FigureRing: Sendable {
    private let width: Int
    /// The slot of each row.
    private var slots: [Int64]
    private var counts: [UInt32]

    /// - Parameters:
    ///   - capacity: the number of rows.
    ///   - width: of a row.
    init(capacity: Int, width: Int) {
        self.width = width
        slots = Array(repeating: .min, count: capacity)
        counts = Array(repeating: 0, count: capacity * width)
    }

    /// Adds counts to those of a slot. Counts saturate.
    mutating func add(_ row: [UInt64], at slot: Int64) {
        let index = index(slot)
        let isOther = slots[index] != slot
        slots[index] = slot
        for column in 0..<width {
            let place = index * width + column
            let (sum, isOver) = (isOther ? 0 : UInt64(counts[place])).addingReportingOverflow(row[column])
            counts[place] = isOver ? .max : UInt32(clamping: sum)
        }
    }

    /// Adds the counts of some slots to `sums`. Slots without a row add nothing.
    func sum(_ range: Range<Int64>, into sums: inout [UInt64]) {
        for slot in range {
            let index = index(slot)
            guard slots[index] == slot else { continue }
            for column in 0..<width { sums[column] += UInt64(counts[index * width + column]) }
        }
    }

    private func index(_ slot: Int64) -> Int {
        let remainder = Int(slot % Int64(slots.count))
        return remainder < 0 ? remainder + slots.count : remainder
    }
}
