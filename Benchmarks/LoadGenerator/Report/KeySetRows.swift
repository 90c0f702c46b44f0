import CountersignJOSE

/// The rows about key sets at URIs.
enum KeySetRows {
    /// - Parameter read: returns the JSON of a result by its name, or `nil`.
    static func rows(_ read: (String) throws -> JSONObject?) throws -> [Row] {
        var rows = try comparison(read)
        if let storm = try read("refresh-storm") { rows += self.storm(storm) }
        if let rotation = try read("key-rotation") { rows += self.rotation(rotation) }
        if let unknown = try read("unknown-keys") { rows += unknownKeys(unknown) }
        return rows
    }

    /// Compares CPU time with keys at a URI to that with registered keys: medians of interleaved rounds.
    private static func comparison(_ read: (String) throws -> JSONObject?) throws -> [Row] {
        var (registered, atURI): ([Double], [Double]) = ([], [])
        var round = 1
        while let first = try read("registered-keys-\(round)"), let second = try read("keys-at-uri-\(round)") {
            guard let one = first.number("server_cpu_us_per_request"),
                let other = second.number("server_cpu_us_per_request")
            else { break }
            registered.append(one)
            atURI.append(other)
            round += 1
        }
        guard let one = Rounds(registered).median, let other = Rounds(atURI).median, one > 0 else { return [] }
        return [
            Row("Registered keys: CPU per request, median of \(registered.count)", one, "µs", .nothing),
            Row("Keys at a URI: CPU per request, median of \(atURI.count)", other, "µs", .nothing),
            Row("Keys at a URI: CPU above registered keys", (other / one - 1) * 100, "%", .atMost(5)),
        ]
    }

    private static func storm(_ report: JSONObject) -> [Row] {
        let sets = report.number("key_sets")
        let title = "\(Figures.text(sets ?? 0, decimals: 0)) key sets run out"
        return [
            Row("\(title): p99 before", report.number("before_ms", "p99"), "ms", .nothing),
            Row("\(title): p99 while they are read again", report.number("during_ms", "p99"), "ms", .atMost(15)),
            Row("\(title): slowest request meanwhile", report.number("during_ms", "maximum"), "ms", .nothing),
            Row("\(title): requests as slow as a fetch", report.number("as_slow_as_a_fetch"), "", .exactly(0)),
            Row("\(title): seconds until all are read", report.number("seconds"), "s", .nothing),
            Row("\(title): URIs read", report.number("key_server", "uris"), "", sets.map { .exactly($0) } ?? .nothing),
            Row("\(title): fetches of one URI", report.number("key_server", "most_of_one"), "", .exactly(1)),
            Row("\(title): fetches at once", report.number("key_server", "most_at_once"), "", .atMost(64)),
        ]
    }

    private static func rotation(_ report: JSONObject) -> [Row] {
        [
            Row("Key rotation under load: requests refused", report.number("refused"), "", .exactly(0)),
            Row("Key rotation under load: fetches because of it", report.number("fetches"), "", .exactly(1)),
            Row("Key rotation under load: slowest request", report.number("after_ms", "maximum"), "ms", .nothing),
        ]
    }

    private static func unknownKeys(_ report: JSONObject) -> [Row] {
        let seconds = Figures.text(report.number("seconds") ?? 0, decimals: 0)
        let coolDown = Figures.text(report.number("cool_down_seconds") ?? 0, decimals: 0)
        return [
            Row(
                "Random kids: fetches in \(seconds) s, cool-down \(coolDown) s", report.number("fetches"), "",
                report.number("cool_downs").map { .atMost($0) } ?? .nothing),
            Row("Random kids: p99 of the client's own requests", report.number("own_ms", "p99"), "ms", .atMost(15)),
        ]
    }
}
