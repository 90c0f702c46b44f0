/// A row of the table: a figure and its target.
struct Row {
    private let figure: String
    private let measured: Double?
    private let unit: String
    private let target: Target
    /// The smallest and largest values of the rounds.
    private let spread: ClosedRange<Double>?
    /// A value better than the target, if any is defined.
    private let ambition: Double?
    /// Why the figure was not measured.
    private let reason: String?
    /// A text in place of a figure.
    private let remark: String?

    enum Target {
        case atMost(Double)
        case atLeast(Double)
        case exactly(Double)
        /// No target; the figure is shown for comparison.
        case nothing
    }

    init(
        _ figure: String, _ measured: Double?, _ unit: String, _ target: Target, spread: ClosedRange<Double>? = nil,
        ambition: Double? = nil, reason: String? = nil, remark: String? = nil
    ) {
        self.figure = figure
        self.measured = measured
        self.unit = unit
        self.target = target
        self.spread = spread
        self.ambition = ambition
        self.reason = reason
        self.remark = remark
    }

    init(_ title: String, remark: String) {
        self.init(title, nil, "", .nothing, remark: remark)
    }

    /// Creates a row with the median of several rounds.
    init(_ figure: String, _ rounds: Rounds, _ unit: String, _ target: Target, ambition: Double? = nil) {
        self.init(
            figure, rounds.median, unit, target, spread: rounds.count > 1 ? rounds.spread : nil, ambition: ambition,
            reason: rounds.reason)
    }

    /// Figure, measured value, range, target, verdict.
    var cells: [String] {
        if let remark { return [figure, "", "", "", remark] }
        return [figure, measured.map { quantity($0) } ?? "not measured", range, promised, verdict]
    }

    /// Two decimals for ratios, none for whole numbers, one for everything else.
    private var decimals: Int {
        if unit == "×" { return 2 }
        return unit.isEmpty && measured?.rounded() == measured ? 0 : 1
    }

    private var range: String {
        spread.map { "\(number($0.lowerBound))–\(number($0.upperBound))" } ?? ""
    }

    private var promised: String {
        let wish = ambition.map { " (\(limit($0)))" } ?? ""
        return switch target {
        case .atMost(let limit): "≤ " + self.limit(limit) + wish
        case .atLeast(let limit): "≥ " + self.limit(limit) + wish
        case .exactly(let number): limit(number)
        case .nothing: ""
        }
    }

    private var verdict: String {
        guard let measured else { return reason.map { "skipped: \($0)" } ?? "" }
        switch target {
        case .atMost(let limit):
            return measured <= limit ? (measured <= ambition ?? -1 ? "ambition" : "reached") : "SHORT"
        case .atLeast(let limit): return measured >= limit ? "reached" : "SHORT"
        case .exactly(let number): return measured == number ? "reached" : "SHORT"
        case .nothing: return ""
        }
    }

    private func limit(_ value: Double) -> String {
        let number = Figures.text(value, decimals: value.rounded() == value ? 0 : 2)
        return unit.isEmpty ? number : "\(number) \(unit)"
    }

    private func quantity(_ value: Double) -> String {
        unit.isEmpty ? number(value) : "\(number(value)) \(unit)"
    }

    private func number(_ value: Double) -> String {
        Figures.text(value, decimals: abs(value) >= 1000 ? 0 : decimals)
    }
}
