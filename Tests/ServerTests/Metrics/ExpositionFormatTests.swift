import Testing

@testable import Server

@Suite("The text of metrics")
struct ExpositionFormatTests {
    private static let families = [
        MetricFamily(
            "countersign_tokens_issued_total", .counter, "A \"help\" \\ text.", by: "grant", ["b": 2, "a": 1.5]),
        MetricFamily("process_start_time_seconds", .gauge, "When.", 1e18),
        MetricFamily("empty", .gauge, "Left out.", []),
        MetricFamily(
            "h_seconds", .histogram, "Times.",
            [
                .init(
                    [("route", "/a\"\n\\\u{7}")],
                    .histogram(HistogramSnapshot(bounds: [0.00025, 1], cumulativeCounts: [1, 2, 4], sum: 0.5)))
            ]),
    ]

    @Test("has types, values and buckets, and labels cannot end their line (Prometheus text format 0.0.4)")
    func text() {
        #expect(
            String(decoding: ExpositionFormat.text.render(Self.families), as: UTF8.self) == """
                # HELP countersign_tokens_issued_total A "help" \\\\ text.
                # TYPE countersign_tokens_issued_total counter
                countersign_tokens_issued_total{grant="a"} 1.5
                countersign_tokens_issued_total{grant="b"} 2
                # HELP process_start_time_seconds When.
                # TYPE process_start_time_seconds gauge
                process_start_time_seconds 1000000000000000000
                # HELP h_seconds Times.
                # TYPE h_seconds histogram
                h_seconds_bucket{route="/a\\"\\n\\\\",le="0.00025"} 1
                h_seconds_bucket{route="/a\\"\\n\\\\",le="1.0"} 2
                h_seconds_bucket{route="/a\\"\\n\\\\",le="+Inf"} 4
                h_seconds_sum{route="/a\\"\\n\\\\"} 0.5
                h_seconds_count{route="/a\\"\\n\\\\"} 4

                """)
    }

    @Test("names a counter without its suffix in OpenMetrics 1.0, and ends with EOF")
    func openMetrics() {
        let text = String(decoding: ExpositionFormat.openMetrics.render(Self.families), as: UTF8.self)
        #expect(text.contains("# TYPE countersign_tokens_issued counter\ncountersign_tokens_issued_total{"))
        #expect(text.contains("# HELP countersign_tokens_issued A \\\"help\\\" \\\\ text.\n"))
        #expect(text.hasSuffix("\n# EOF\n"))
    }

    @Test(
        "is OpenMetrics for those who ask for it (RFC 9110 §12.5.1)",
        arguments: [
            (nil, .text), ("", .text), ("*/*", .text), ("text/plain", .text),
            ("application/openmetrics-text", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            ("text/plain, application/openmetrics-text; q=0.5", .text), ("application/openmetrics-text;q=0", .text),
            ("application/openmetrics-text;q=x", .text), (String(repeating: "a,", count: 5000), .text),
        ] as [(String?, ExpositionFormat)])
    func accept(_ header: String?, _ format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: header) == format)
    }
}
