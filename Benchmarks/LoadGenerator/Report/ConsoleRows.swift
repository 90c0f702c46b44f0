import CountersignJOSE

/// The rows about the pages of the console, and about the token endpoint while consoles watch.
enum ConsoleRows {
    static func rows(_ results: Results) throws -> [Row] {
        var rows: [Row] = []
        if case .array(let pages)? = try results.read("console-pages")?["pages"] {
            for case .object(let page) in pages {
                let title = "Console: \(page.string("name")?.text ?? "?")"
                rows += [
                    Row("\(title): median time", page.number("median_ms"), "ms", .atMost(20)),
                    Row("  slowest", page.number("slowest_ms"), "ms", .nothing),
                    Row("  length", page.number("bytes").map { $0 / 1024 }, "KiB", .atMost(50)),
                ]
            }
        }
        return try rows + results.comparison(of: "console-watched", with: "console-unwatched", "Consoles that watch")
    }
}
