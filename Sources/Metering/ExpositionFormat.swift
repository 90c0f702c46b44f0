/// The text in which Prometheus reads metrics.
///
/// Sources: the text format 0.0.4 of Prometheus; OpenMetrics 1.0. Bounds of buckets are written in the same way in both, so that a change
/// of format does not begin new series.
package enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    case text
    case openMetrics

    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// - Parameter accept: the header field (RFC 9110 §12.5.1); OpenMetrics is for callers that name it, and not with less weight than text.
    package init(accept: String?) {
        var weights: [Substring: Double] = [:]
        for range in (accept ?? "").lowercased().prefix(1024).split(separator: ",") {
            let parts = range.split(separator: ";").map { part in
                part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            }
            guard let type = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            weights[type] = max(weights[type] ?? 0, weight)
        }
        let wanted = weights["application/openmetrics-text"] ?? 0
        self = wanted > 0 && wanted >= weights["text/plain"] ?? 0 ? .openMetrics : .text
    }

    package func render(_ families: [MetricFamily]) -> [UInt8] {
        var text = ""
        for family in families where !family.samples.isEmpty { write(family, to: &text) }
        if self == .openMetrics { text += "# EOF\n" }
        return Array(text.utf8)
    }

    private func write(_ family: MetricFamily, to text: inout String) {
        let isShortened = self == .openMetrics && family.kind == .counter && family.name.hasSuffix("_total")
        // OpenMetrics: the suffix belongs to the sample, not to the family.
        let name = isShortened ? String(family.name.dropLast("_total".count)) : family.name
        let help = Self.escaped(family.help, escapesQuotes: self == .openMetrics)
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
            switch sample.value {
            case .number(let number):
                text += "\(family.name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(number))\n"
            case .histogram(let histogram): Self.write(histogram, family.name, labels, to: &text)
            }
        }
    }

    private static func write(_ histogram: HistogramSnapshot, _ name: String, _ labels: String, to text: inout String) {
        let separator = labels.isEmpty ? "" : ","
        for (index, count) in histogram.cumulativeCounts.enumerated() {
            let bound = index < histogram.bounds.count ? "\(histogram.bounds[index])" : "+Inf"
            text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(count)\n"
        }
        let all = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_sum\(all) \(number(histogram.sum))\n\(name)_count\(all) \(histogram.count)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// - Parameter escapesQuotes: in the help of the text format a quotation mark stays as it is; in labels, and everywhere in OpenMetrics, it
    ///   is escaped. Other control characters have no meaning and are left out.
    private static func escaped(_ text: String, escapesQuotes: Bool = true) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"" where escapesQuotes: escaped += "\\\""
            case "\n": escaped += "\\n"
            case "\u{0}"..<" ", "\u{7F}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
