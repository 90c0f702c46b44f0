import Testing

@testable import Console

@Suite("Charts")
struct ChartTests {
    private func chart(
        _ values: [[Double?]], kind: Chart.Kind = .line, isWhole: Bool = false
    ) -> Chart {
        Chart(
            id: "x", title: "X", description: "X.", figure: ("1", "x"), kind: kind, isWhole: isWhole,
            series: values.map { Chart.Series(name: "x", values: $0) },
            times: (0...(values.first?.count ?? 0)).map { "\($0)" })
    }

    private func drawings(_ chart: Chart) -> [String] {
        (chart.context["paths"] as? [[String: String]] ?? []).compactMap { $0["d"] }
    }

    @Test(
        "The scale begins at zero and has four lines at numbers that are easy to read",
        arguments: [
            (48.2, false, ["60", "40", "20", "0"]), (8, true, ["9", "6", "3", "0"]), (1, true, ["3", "2", "1", "0"]),
            (0, true, ["3", "2", "1", "0"]), (0.0004, false, ["0.003", "0.002", "0.001", "0"]),
            (0.8, false, ["0.9", "0.6", "0.3", "0"]), (4.35, false, ["6", "4", "2", "0"]),
            (1500, true, ["1.5k", "1k", "500", "0"]), (1.8e19, false, ["30E", "20E", "10E", "0"]),
            (.infinity, false, ["0.003", "0.002", "0.001", "0"]), (.nan, true, ["3", "2", "1", "0"]),
            (-5, false, ["0.003", "0.002", "0.001", "0"]),
        ])
    func scale(_ maximum: Double, _ isWhole: Bool, _ labels: [String]) {
        let scale = ChartScale(maximum: maximum, isWhole: isWhole)
        #expect(scale.labels == labels)
        #expect(scale.height(0) == 0)
        #expect(scale.height(.nan) == 0 && scale.height(-1) == 0 && scale.height(1e300) == 1000)
    }

    @Test(
        "A drawing has letters of path commands and numbers, whatever the values are",
        arguments: [Chart.Kind.line, .bars])
    func numbers(_ kind: Chart.Kind) {
        let wild: [Double?] = [
            1, nil, .infinity, -.infinity, .nan, -3, 1e300, .leastNonzeroMagnitude, 1.8e19, 0, nil, 0.1234567,
        ]
        let samples: [[[Double?]]] = [
            [wild, wild.reversed()], [[5]], [[nil]], [[]], [[nil, 5, nil]], [Array(repeating: 1, count: 96)],
        ]
        for values in samples {
            for drawing in drawings(chart(values, kind: kind)) {
                #expect(drawing.wholeMatch(of: /[MLhvz0-9. -]+/) != nil, "\(drawing)")
                for number in drawing.matches(of: /-?[0-9.]+/) { #expect(Double(number.output) != nil) }
            }
        }
    }

    @Test("Nothing is drawn of nothing; one point has the width of its step")
    func few() {
        #expect(drawings(chart([[nil, nil, nil]])).isEmpty)
        #expect(drawings(chart([[nil, 3, nil]]))[1] == "M100 0L200 0")
        #expect(drawings(chart([[0, 0]], kind: .bars)).isEmpty)
        #expect(drawings(chart([[0, 3]], kind: .bars, isWhole: true)) == ["M172.5 0h105v100h-105z"])
    }

    @Test("The second series stands on the first one, and the table has every point, the newest first")
    func table() {
        let chart = chart([[1, 2], [2, 1]], kind: .bars, isWhole: true)
        #expect(drawings(chart)[1].hasPrefix("M22.5 0h105v66.7"))
        let rows = chart.context["rows"] as? [[String: Any]]
        #expect(rows?.map { $0["time"] as? String } == ["1", "0"])
        #expect(rows?.first?["values"] as? [String] == ["2", "1"])
    }

    @Test(
        "Numbers have the digits that are needed to compare them",
        arguments: [
            (0, "0"), (0.4123, "0.412"), (6.4, "6.4"), (48.21, "48.2"), (999.6, "1,000"), (1_234_567, "1,234,567"),
            (0.0001, "0"), (.nan, "0"), (1e300, "9,223,372,036,854,775,807"),
        ])
    func number(_ number: Double, _ text: String) {
        #expect(ShownNumber.of(number) == text)
    }
}
