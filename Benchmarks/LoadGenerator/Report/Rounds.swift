/// The values of one figure in several rounds, in order.
struct Rounds {
    private(set) var values: [Double] = []
    /// Why there are no values.
    var reason: String?

    init(_ values: [Double], reason: String? = nil) {
        self.values = values
        self.reason = reason
    }

    var count: Int { values.count }

    var median: Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    var spread: ClosedRange<Double>? {
        guard let least = values.min(), let most = values.max() else { return nil }
        return least...most
    }

    /// Divides each round by the same round of another series: the two ran side by side, so that other load affected both.
    func divided(by other: Rounds) -> Rounds {
        Rounds(
            zip(values, other.values).compactMap { $1 > 0 ? $0 / $1 : nil }, reason: reason ?? other.reason)
    }

    func map(_ transform: (Double) -> Double) -> Rounds {
        Rounds(values.map(transform), reason: reason)
    }
}
