import Administration

/// A chart of one or two series over time: a drawing without text, its labels, and a table with the same numbers.
struct Chart: Sendable {
    enum Kind: Sendable {
        case line
        /// The second series stands on the first.
        case bars
    }

    struct Series: Sendable {
        let name: String
        /// The oldest first; `nil` where nothing is known.
        let values: [Double?]
    }

    /// The word for it in addresses and identifiers.
    let id: String
    let title: String
    /// What can be seen, as a sentence.
    let description: String
    /// The number that matters now, and what it counts.
    let figure: (number: String, unit: String)
    let kind: Kind
    let isWhole: Bool
    let series: [Series]
    /// When each point begins, and the end of the last one, as they are shown.
    let times: [String]

    /// The width of the drawing, in tenths of a unit.
    private static let width = 3000

    private var scale: ChartScale {
        let count = series.first?.values.count ?? 0
        let heights = (0..<count).map { point in
            let values = series.map { $0.values[point] ?? 0 }
            return kind == .bars ? values.reduce(0, +) : values.max() ?? 0
        }
        return ChartScale(maximum: heights.max() ?? 0, isWhole: isWhole)
    }

    /// The values of the template `chart`.
    var context: [String: Any] {
        let count = series.first?.values.count ?? 0
        let scale = scale
        return [
            "id": id, "title": title, "description": description, "number": figure.number, "unit": figure.unit,
            "labels": scale.labels, "paths": paths(scale),
            "times": [0, count / 3, count * 2 / 3, count].map { times[$0] },
            "keys": series.enumerated().map { index, series -> [String: Any] in
                ["name": series.name, "style": style(index), "is_line": kind == .line]
            },
            "columns": series.map(\.name),
            "rows": (0..<count).reversed().map { point in
                ["time": times[point], "values": series.map { $0.values[point].map(ShownNumber.of) ?? "–" }]
            },
        ]
    }

    private func style(_ index: Int) -> String { (kind == .line ? "series" : "bar") + (index == 0 ? "" : " second") }

    /// The drawing: nothing but letters of path commands and numbers.
    private func paths(_ scale: ChartScale) -> [[String: String]] {
        var paths: [[String: String]] = []
        switch kind {
        case .line:
            for (index, series) in series.enumerated() {
                let runs = runs(of: series.values)
                if self.series.count == 1 {
                    paths.append(["style": "area", "d": runs.map { area($0, scale) }.joined()])
                }
                paths.append(["style": style(index), "d": runs.map { line($0, scale) }.joined()])
            }
        case .bars:
            var below = [Int](repeating: 0, count: series.first?.values.count ?? 0)
            for (index, series) in series.enumerated() {
                paths.append(["style": style(index), "d": bars(series.values, on: &below, scale)])
            }
        }
        return paths.filter { $0["d"] != "" }
    }

    private typealias Place = (x: Int, y: Int)

    /// The stretches without gaps.
    private func runs(of values: [Double?]) -> [[(point: Int, value: Double)]] {
        var runs: [[(point: Int, value: Double)]] = []
        var isOpen = false
        for (point, value) in values.enumerated() {
            guard let value else {
                isOpen = false
                continue
            }
            if !isOpen { runs.append([]) }
            isOpen = true
            runs[runs.count - 1].append((point, value))
        }
        return runs
    }

    /// A single point is drawn as wide as its step.
    private func places(_ run: [(point: Int, value: Double)], _ scale: ChartScale) -> [Place] {
        let count = series.first?.values.count ?? 1
        let step = Self.width / max(count, 1)
        let places = run.map { (x: ($0.point * 2 + 1) * Self.width / (count * 2), y: 1000 - scale.height($0.value)) }
        guard places.count == 1, let only = places.first else { return places }
        return [(only.x - step / 2, only.y), (only.x + step / 2, only.y)]
    }

    private func line(_ run: [(point: Int, value: Double)], _ scale: ChartScale) -> String {
        "M" + places(run, scale).map { "\(Self.tenths($0.x)) \(Self.tenths($0.y))" }.joined(separator: "L")
    }

    private func area(_ run: [(point: Int, value: Double)], _ scale: ChartScale) -> String {
        let places = places(run, scale)
        let (first, last) = (places.first?.x ?? 0, places.last?.x ?? 0)
        return "M\(Self.tenths(first)) 100L"
            + places.map { "\(Self.tenths($0.x)) \(Self.tenths($0.y))" }
            .joined(separator: "L") + "L\(Self.tenths(last)) 100z"
    }

    private func bars(_ values: [Double?], on below: inout [Int], _ scale: ChartScale) -> String {
        let step = Self.width / max(values.count, 1)
        // Whole units, because six charts must fit into a page.
        let width = max(10, (step * 7 + 50) / 100 * 10)
        var path = ""
        for (point, value) in values.enumerated() {
            let height = scale.height(value ?? 0)
            guard height > 0 else { continue }
            let x = point * Self.width / values.count + (step - width) / 2
            let y = max(0, 1000 - below[point] - height)
            path +=
                "M\(Self.tenths(x)) \(Self.tenths(y))h\(Self.tenths(width))v\(Self.tenths(height))h-\(Self.tenths(width))z"
            below[point] += height
        }
        return path
    }

    private static func tenths(_ number: Int) -> String {
        number % 10 == 0 ? "\(number / 10)" : "\(number / 10).\(number % 10)"
    }
}
