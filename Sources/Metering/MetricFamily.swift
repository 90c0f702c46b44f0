/// A metric with all its series, as a monitoring system reads it.
package struct MetricFamily: Sendable {
    package enum Kind: String, Sendable {
        /// Only goes up; its name ends with `_total`.
        case counter
        case gauge
        case histogram
    }

    package enum Value: Sendable {
        case number(Double)
        case histogram(HistogramSnapshot)
    }

    package struct Sample: Sendable {
        /// Names and values. The values must come from a closed set, never from callers.
        package let labels: [(name: String, value: String)]
        package let value: Value

        package init(_ labels: [(name: String, value: String)] = [], _ value: Value) {
            self.labels = labels
            self.value = value
        }
    }

    package let name: String
    package let kind: Kind
    /// A sentence.
    package let help: String
    package let samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A metric with one series.
    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [Sample([], .number(value))])
    }

    /// A metric with one label, a series for each of its values, in their order.
    package init(_ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [String: Double]) {
        self.init(
            name, kind, help,
            values.sorted { $0.key < $1.key }.map { Sample([(label, $0.key)], .number($0.value)) })
    }
}
