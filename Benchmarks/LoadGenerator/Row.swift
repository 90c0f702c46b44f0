/// One figure of the table, and what it is measured against.
struct Row {
    let figure: String
    let measured: Double?
    let unit: String
    let target: Target

    /// What is promised.
    enum Target {
        case atMost(Double)
        case atLeast(Double)
        case exactly(Double)
        /// Nothing; shown for comparison.
        case nothing
    }

    init(_ figure: String, _ measured: Double?, _ unit: String, _ target: Target) {
        self.figure = figure
        self.measured = measured
        self.unit = unit
        self.target = target
    }

    /// Figure, measured, target, verdict.
    var cells: [String] {
        [figure, measured.map { quantity($0, decimals: isCount ? 0 : 1) } ?? "not measured", promised, verdict]
    }

    private var isCount: Bool { unit.isEmpty && measured?.rounded() == measured }

    private var promised: String {
        switch target {
        case .atMost(let limit): "≤ " + quantity(limit, decimals: 0)
        case .atLeast(let limit): "≥ " + quantity(limit, decimals: 0)
        case .exactly(let number): quantity(number, decimals: 0)
        case .nothing: ""
        }
    }

    private var verdict: String {
        guard let measured else { return "" }
        switch target {
        case .atMost(let limit): return measured <= limit ? "reached" : "SHORT"
        case .atLeast(let limit): return measured >= limit ? "reached" : "SHORT"
        case .exactly(let number): return measured == number ? "reached" : "SHORT"
        case .nothing: return ""
        }
    }

    private func quantity(_ value: Double, decimals: Int) -> String {
        let number = Figures.text(value, decimals: value >= 1000 ? 0 : decimals)
        return unit.isEmpty ? number : "\(number) \(unit)"
    }
}
