/// The vertical scale of a chart: from zero, with four grid lines at numbers that are easy to read.
struct ChartScale: Equatable {
    /// The distance of two grid lines.
    let step: Double

    /// - Parameters:
    ///   - maximum: the largest value. What is not finite, or not positive, counts as nothing.
    ///   - isWhole: whether the values are whole numbers.
    init(maximum: Double, isWhole: Bool) {
        let wanted = maximum.isFinite && maximum > 0 ? maximum / 3 : 0
        let smallest = isWhole ? 1.0 : 0.001
        var unit = smallest
        // Up to the largest number that a counter has, so it ends.
        while unit * 10 < wanted { unit *= 10 }
        step = [1, 2, 3, 5, 10].map { $0 * unit }.first { $0 >= wanted } ?? unit * 10
    }

    var top: Double { step * 3 }

    /// The labels of the grid lines, the highest first.
    var labels: [String] { (0...3).reversed().map { ShownNumber.short(step * Double($0)) } }

    /// The height of a value in tenths of a unit of the drawing, which is 100 units high.
    func height(_ value: Double) -> Int {
        guard value.isFinite, value > 0 else { return 0 }
        return Int((min(value / top, 1) * 1000).rounded())
    }
}

extension ShownNumber {
    /// A number with as many digits as it needs to be compared: `0.412`, `6.4`, `48`, `1,250`.
    static func of(_ number: Double) -> String {
        guard number.isFinite, number > 0 else { return "0" }
        switch number {
        case ..<0.9995: return trimmed(number, 3)
        case ..<9.995: return trimmed(number, 2)
        case ..<99.95: return trimmed(number, 1)
        default: return of(Int(exactly: number.rounded()) ?? Int.max)
        }
    }

    /// A number in few characters: `20`, `1.5k`, `3M`.
    static func short(_ number: Double) -> String {
        for (unit, letter) in [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        where number >= unit {
            return trimmed(number / unit, 1) + letter
        }
        return trimmed(number, 3)
    }

    /// - Parameter digits: after the point, at most; zeros at the end are left out.
    private static func trimmed(_ number: Double, _ digits: Int) -> String {
        let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int(exactly: (number * Double(factor)).rounded()) ?? Int.max
        let whole = of(scaled / factor)
        var rest = String(String(scaled % factor + factor).dropFirst())
        while rest.hasSuffix("0") { rest.removeLast() }
        return rest.isEmpty ? whole : "\(whole).\(rest)"
    }
}
