/// The rows about people: the requests around a sign-in, as multiples of `client_credentials` in the same round.
struct PeopleRows {
    let results: Results

    private static let kinds: [(result: String, title: String, multiple: Double)] = [
        ("code", "Code exchange with ID token", 2.2), ("refresh", "Refresh with ID token", 1.8),
        ("introspection", "Introspection of a JWT", 0.8),
        ("sealed-introspection", "Introspection of a sealed token", 0.8),
        ("authorization", "Authorization request with session and consent", 2),
    ]

    func rows() throws -> [Row] {
        let reference = try rounds("client-credentials")
        guard reference.cpu.count > 0 else { return try besideSignIns() }
        var rows = [
            Row("client_credentials, RS256 in, ES256 JWT out: CPU per request", reference.cpu, "µs", .nothing),
            Row("  requests/s", reference.speed, "", .nothing), Row("  p99", reference.tail, "ms", .nothing),
        ]
        for (result, title, multiple) in Self.kinds {
            let measured = try rounds(result)
            rows += [
                Row(
                    "\(title): CPU, multiple of client_credentials", measured.cpu.divided(by: reference.cpu), "×",
                    .atMost(multiple)),
                Row("  CPU per request", measured.cpu, "µs", .nothing),
                Row("  requests/s", measured.speed, "", .nothing), Row("  p99", measured.tail, "ms", .nothing),
            ]
        }
        return rows + (try besideSignIns())
    }

    private func besideSignIns() throws -> [Row] {
        guard let report = try results.read("beside-sign-ins") else { return [] }
        let whole = { (member: String) in Figures.text(report.number(member) ?? 0, decimals: 0) }
        let (alone, beside) = (report.number("alone_ms", "p99"), report.number("beside_ms", "p99"))
        let multiple = alone.flatMap { alone in beside.map { alone > 0 ? $0 / alone : 0 } }
        let title = "\(whole("rate")) token requests/s"
        return [
            Row("\(title): p99", alone, "ms", .nothing),
            Row("\(title) beside \(whole("sign_in_rate")) sign-ins/s: p99", beside, "ms", .nothing),
            Row("  multiple of the p99 alone", multiple, "×", .atMost(1.1)),
            Row(
                "  of \(whole("sign_ins")) sign-ins, done; the others were told to come again",
                report.number("signed_in"), "", .nothing),
        ]
    }

    private func rounds(_ result: String) throws -> (cpu: Rounds, speed: Rounds, tail: Rounds) {
        let name = "people-\(result)"
        return (
            try results.rounds(name, "server_cpu_us_per_request"), try results.rounds(name, "requests_per_second"),
            try results.rounds(name) { $0.number("latency_ms", "p99") }
        )
    }
}
